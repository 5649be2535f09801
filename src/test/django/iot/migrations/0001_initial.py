from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("webhook_id", models.CharField(max_length=64, unique=True)),
                ("topic", models.TextField()),
                ("payload", models.TextField()),
                ("received_at", models.DateTimeField()),
            ],
            options={"ordering": ["pk"]},
        ),
    ]
