from django.db import migrations

from microblog_site.encryption import decrypt, encrypt


def encrypt_keys(apps, schema_editor):
    change_keys(apps, schema_editor, lambda key, owner: encrypt(bytes.fromhex(key), owner))


def decrypt_keys(apps, schema_editor):
    change_keys(apps, schema_editor, lambda key, owner: decrypt(key, owner).hex())


def change_keys(apps, schema_editor, change):
    devices = apps.get_model('otp_totp', 'TOTPDevice').objects.using(schema_editor.connection.alias)
    for device in devices.only('key', 'user_id').iterator():
        devices.filter(pk=device.pk).update(key=change(device.key, f'two_factor:{device.user_id}'))


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_case_in_every_locale'),
        ('otp_totp', '0003_add_timestamps'),
    ]

    operations = [
        migrations.CreateModel(
            name='Authenticator',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('otp_totp.totpdevice',),
        ),
        migrations.RunPython(encrypt_keys, decrypt_keys),
    ]
