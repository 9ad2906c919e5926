from django.core.management.base import BaseCommand, CommandError

from firstrun.removal import OtherMatters, erase, make_plan
from firstrun.removal.plan import DELETE, KEEP, in_words

SHOWN = 10
WORD = "移除"


class Command(BaseCommand):
    help = "Remove the sample county: its units, officers, powers, matters and their files. Shows first what would go."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only show what would go and what would stay")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument(
            "--other-matters",
            choices=(KEEP, DELETE),
            default="",
            help="what becomes of matters that the sample did not bring: keep them with all that they name, or delete",
        )

        parser.add_argument(
            "--including-changed",
            action="store_true",
            help="remove records of the sample, too, that were changed since it was loaded (the dry run names them)",
        )

    def handle(self, *args, dry_run, yes, other_matters, including_changed, **options):
        try:
            plan = make_plan(other_matters)
        except OtherMatters as found:
            raise CommandError(self._refusal(found.matters)) from None
        if plan.is_empty:
            self.stdout.write("数据库里没有示例县的数据，没有改动。")
            return
        self._show(plan)
        if dry_run:
            self.stdout.write("这是试算，没有改动。")
            return
        if plan.changed and not including_changed:
            raise CommandError(
                "示例记录有改动过的（见上），可能已是真实数据，没有移除，数据没有改动。"
                "确认一并移除的，请加 --including-changed 再运行一次。"
            )
        if not yes and input(f"移除后不能恢复。确认请输入“{WORD}”：").strip() != WORD:
            raise CommandError("没有移除，数据没有改动。")
        files = erase(plan)
        self.stdout.write(
            f"示例县已移除，文件删除 {files} 个。请以 DEMO=0 启动；还没有系统管理员的，启动时会给出启用码。"
        )

    def _refusal(self, matters):
        lines = [f"有 {len(matters)} 件事项不是示例县带来的，没有改动："]
        lines += [f"  {matter.procedure.name} {matter}（{matter.get_state_display()}）" for matter in matters[:SHOWN]]
        lines += [f"  ……另有 {len(matters) - SHOWN} 件"] if len(matters) > SHOWN else []
        lines += [
            "请说明怎样处理它们，再运行一次：",
            f"  --other-matters {KEEP}    保留，连同它们用到的单位、人员、权责事项（其中的示例账号停用）",
            f"  --other-matters {DELETE}  一并删除，文件也删除，不能恢复",
        ]
        return "\n".join(lines)

    def _show(self, plan):
        self.stdout.write(f"将移除：{'，'.join(in_words(plan))}。")
        if plan.others:
            self.stdout.write(f"其中 {plan.others} 件事项不是示例县带来的。")
        for model, keys in plan.kept.items():
            rows = model._default_manager.filter(pk__in=keys)[: SHOWN + 1]
            names = "、".join(str(row) for row in rows[:SHOWN]) + ("等" if len(keys) > SHOWN else "")
            self.stdout.write(f"保留 {len(keys)} 个{model._meta.verbose_name}，因为别的记录用到：{names}。")
        if plan.changed:
            self.stdout.write(f"注意：{len(plan.changed)} 个示例记录载入后改动过，移除它们须加 --including-changed：")
            for changed in plan.changed:  # all of them: whoever says yes has to have seen each
                self.stdout.write(f"  {changed}")
