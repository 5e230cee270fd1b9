"""What tells languages apart that look alike to a model of letters: words and forms that only one of them has.

Each group is of languages that are easily taken for one another; those that the site does not offer are there only so
that they are not taken for one that it does. A word counts for its language and against all others of its group.
"""

import re

WEIGHT = 1.0  # of a word, in the logarithm of a probability
WORDS_THAT_COUNT = 3  # a text may quote

WORDS = [
    {
        "id": r"""karena bisa uang saat kapan nomor situs akun butuh\w* kantor mobil ng*gak gak aja gimana banget kayak kalian
            perangkat sandi valid warga wilayah hukum pengadilan para memiliki surel rusak kunjung\w* gue udah
            sih dong deh kalo capek enak senang sore senin jumat agustus desember toko coba berbeda \w+itas sekolahnya
            sewenang semena merdeka diperkenankan perkawinan""",
        "ms": r"""kerana awak korang nak wang pejabat kereta basikal isnin jumaat ogos disember ialah mahkamah perkahwinan
            akaun berbeza sedap kawan percuma selepas sila sahaja baharu maklumat fail pelbagai sebarang tiada telefon
            hendaklah haruslah sesiapa ramai lelaki petang semalam kot ni tu kasut mesej kad senarai tarikh mesti mestilah
            laluan nombor kebenaran \w+iti warganegara""",
    },
    {
        "hr": r"""tko netko nitko svatko gdje uvijek prije poslije tjedan točno također \w*rije\w* \w*vje\w* \w*mje\w*
            \w*lije\w* cije[ln]\w* ocije\w* djec\w* djel\w* vidje\w* ovdje \w*dije\w* \w*mije\w* \w*pje\w* \w*svije\w* htje\w* tjera\w* \w*sje\w*
            popis obitelj\w* valjan\w* zapork\w* općin\w* uopće glazb\w* povijest\w* kava kavu jučer sretn\w*
            sveučilišt\w* žao obrazovanj\w* uvjet\w* organizirat\w*""",
        "sr": r"""niko svako šta gde uvek pre posle nedelj\w* tačno takođe juče vredno\w* vreme istovreme\w* \w*uspe[hš]\w*
            izmen[aeij]\w* promen[aeij]\w* čove\w* reč\w* svetsk\w* ovde dec[aeou] dete\w* sledeć\w* bezbed\w*
            porodic\w* fajl\w* sajt\w* opštin\w* uopšte muzik\w* istorij\w* srećn\w*
            (?:može|mogu|možete|mora|moraju|treba|želi|želite|hoću|hoće|sme|primoran)\ da hleb\w*""",
        "sl": r"""v in ni če ki kot bo ko tem ker več lahko ampak kaj kje zakaj danes včeraj sem niso bil še že nič nekdo
            vsak\w* otro[kc]\w* zelo jaz""",
    },
    {
        "da": r"""af hvad mig dig noget nogen ind efter meget lige hedder blev blevet uge tak lidt tage give have måske uden
            rigtig\w* mellem hvornår igen børn aften nej mit dit sit stadig sidste bliver siger sagde mad gade indtast\w*
            adgangskode\w* eksisterer \w+tion\w* op søge bruge arbejde vej\w* \w*skab måtte \w*lighed\w* ej""",
        "nb": r"""hva meg deg seg noen noe inn ut mye nå takk litt kanskje uten mellom igjen kveld nei mitt ditt sitt
            fortsatt siste ble blitt blir sier mat gate uke å opp \w+sjon\w* søke bruke arbeid vei\w* tall passord\w*
            gjør fikk gikk blant gjennom etter jobb\w* gutt\w* \w*skap""",
    },
    {
        "es": r"""y los las con muy pero más cuando hay qué su sus yo hoy ayer también fue \w*ñ\w*""",
        "pt": r"""não uma você em ao à são pelo mais mas foi muito seu sua hoje ontem também \w*(?:ão|ões|nh|lh)\w*""",
        "ca": r"""amb i els és per les aquest\w* què més però seva avui també molt són això hi \w*ny\w* [dl]['’]\w+""",
        "gl": r"""unha xa non moi polo pola máis hoxe onte tamén""",
    },
    {
        "bg": r"""\w*ъ\w* че това като който си""",
        "mk": r"""\w*[ѓќѕ]\w* дека кој оваа""",
        "sr": r"""\w*[ђћ]\w* је су што који као али""",
        "ru": r"""\w*[ыэё]\w* что это его как""",
        "uk": r"""\w*[їєґ]\w* що це як та""",
        "be": r"""\w*ў\w* што гэта як""",
    },
    {
        "cs": r"""\w*[ěřů]\w* se jsem jsi jsou pro nebo který protože když také není může jako ve ze""",
        "sk": r"""\w*[ľĺŕôä]\w* sa som si sú pre alebo ktorý pretože keď tiež nie môže ako vo zo""",
    },
    {
        "hi": r"""है हैं का की के में से यह नहीं था थी थे रहा रही मैं हम क्या बहुत पर लिए कोई""",
        "mr": r"""\w*ळ\w* आहे आहेत आणि मध्ये नाही मी काय खूप हे ही ती किंवा त्या करा नका झाले केले""",
        "ne": r"""छ छन् हुन् र मा को लाई त्यो पनि गर्नु आफ्नो""",
    },
]
# Vowel signs of Hindi and its like belong to the word, though they are no letters.
WORD = r"(?<![\w\u0900-\u0963])(?:{})(?![\w\u0900-\u0963])"


def evidence(text, language):
    """What speaks for languages like `language` in `text`: additions to the logarithms of their probabilities."""
    text = text.lower()
    return {
        neighbour: WEIGHT * min(len(pattern.findall(text)), WORDS_THAT_COUNT)
        for group in _GROUPS
        if language in group
        for neighbour, pattern in group.items()
    }


def _pattern(words):
    return re.compile(WORD.format("|".join(re.split(r"(?<!\\)\s+", words.strip()))))


_GROUPS = [{language: _pattern(words) for language, words in group.items()} for group in WORDS]
