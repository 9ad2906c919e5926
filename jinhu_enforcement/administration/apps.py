from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default_site = "jinhu_enforcement.administration.site.Site"
    verbose_name = "系统管理"
