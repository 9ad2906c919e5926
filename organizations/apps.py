from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrganizationsConfig(AppConfig):
    name = "organizations"
    verbose_name = "单位、人员与权责"

    def ready(self):
        from organizations.groups import on_post_migrate

        # Bound to this app: auth's own receiver, connected earlier, has then made this app's permissions.
        post_migrate.connect(on_post_migrate, sender=self, dispatch_uid="organizations.ensure_groups")
