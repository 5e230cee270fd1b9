from django import forms


class EndSessionForm(forms.Form):
    session = forms.UUIDField()

    def __init__(self, person, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def save(self):
        """Log the person out there. False where they have no such session, any more or at all."""
        ended, _rows = self.person.sessions.filter(handle=self.cleaned_data["session"]).delete()
        return ended > 0
