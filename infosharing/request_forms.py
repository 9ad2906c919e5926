"""Forms of the data request. Each serves the page and the REST action."""

from django import forms
from django.utils import timezone

from organizations.models import Unit
from proceedings.forms import Column, DayField, LinesField, MaterialField, StepForm, UnitsField

from . import rules, tables
from .forms import ReasonForm, area

TOWNSHIPS, DEPARTMENTS = "townships", "departments"
GROUPS = [(TOWNSHIPS, "全部镇（街道）"), (DEPARTMENTS, "全部县级执法业务主管部门")]
# As many rows as one corrects by hand.
MOST_TYPED = 200
COLUMNS = (
    Column("name", "栏目", max_length=40, required=True, width=3), Column("kind", "类型", choices=tables.KINDS),
    Column("required", "必填", choices=tables.OPTIONAL),
)  # fmt: skip


class RequestForm(StepForm):
    """发起数据请求 (M3.3.3, M3.3.4)."""

    title = forms.CharField(
        label="名称",
        max_length=200,
        help_text="如“2026年第四季度行政处罚案件统计”。",
        error_messages={"required": "请填写名称。"},
    )
    wanted = forms.CharField(
        label="要求", max_length=3000, widget=area(4), help_text="报送什么，统计口径和时间范围。",
        error_messages={"required": "请写明要报送什么。"},
    )  # fmt: skip
    purpose = forms.CharField(
        label="用途", max_length=300, required=False, help_text="如行业管理、统计分析、上级督查考核。"
    )
    due_on = DayField(label="最迟报送日", error_messages={"required": "请填写最迟报送日。"})
    columns = LinesField(
        label="表格栏目", columns=COLUMNS, required=False,
        help_text="各单位按这些栏目逐行填写，平台合并成一张表；只要文字说明和文件的，可以空着。",
    )  # fmt: skip
    groups = forms.MultipleChoiceField(
        label="报送单位", choices=GROUPS, required=False, widget=forms.CheckboxSelectMultiple
    )
    units = UnitsField(label="另外指定单位", required=False)

    sections = (
        ("请求", "", ("title", "wanted", "purpose", "due_on")),
        ("表格", "可以空着", ("columns",)),
        ("报送单位", "", ("groups", "units")),
    )

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if problem := rules.due_day_problem(day, self.now):
            raise forms.ValidationError(problem)
        return day

    def clean_columns(self):
        columns = self.cleaned_data["columns"]
        if problem := tables.columns_problem(columns):
            raise forms.ValidationError(problem)
        return [tables.tidy(column) for column in columns]

    def clean(self):
        data = super().clean()
        groups = data.get("groups") or []
        found = {unit.pk: unit for unit in data.get("units") or []}
        for group, some in ((TOWNSHIPS, Unit.objects.townships()), (DEPARTMENTS, Unit.objects.departments())):
            if group in groups:
                found |= {unit.pk: unit for unit in some.active(timezone.localdate(self.now))}
        if self.unit is not None:
            found.pop(self.unit.pk, None)
        self.asked = list(found.values())
        if not self.asked and not {"groups", "units"} & set(self.errors):
            self.add_error("groups", "请选择报送单位，或者另外指定。")
        return data


class AnswerForm(StepForm):
    """报送: in the page's table, or with the filled XLSX. What was answered before stands in it again."""

    rows = LinesField(label="数据", required=False)
    file = MaterialField(
        kind="answer", label="材料", required=False, help_text="没有文件的可以只写说明；文件对参与本请求的各单位可见。"
    )
    words = forms.CharField(label="说明", max_length=3000, required=False, widget=area(3))

    # Each unit's figures are read by itself and by whoever asked; the timeline is everybody's.
    PRIVATE = ("rows", "words")
    # The rows that came as a file.
    found = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.before = self._answered()
        columns = self.record.columns if self.record is not None else []
        if self.record is not None and not columns:
            del self.fields["rows"]
        elif columns:
            shown = [Column(f"c{n}", c["name"], 200, tables.is_required(c)) for n, c in enumerate(columns, 1)]
            self.fields["rows"] = LinesField(label="数据", columns=shown, required=False)
            # Its rows are kept, not the file: as a material every unit that was asked would read it.
            self.fields["file"] = forms.FileField(
                label="填好的表格", required=False, help_text="下载表格模板填写后上传（XLSX）；与逐行填写二者选一。"
            )
        for name in self.PRIVATE:
            if name in self.fields:
                self.fields[name].private = True

    def _answered(self):
        """The unit's earlier answer. A long table is sent anew as a file, or stays as it was."""
        if self.record is None or self.unit is None:
            return None
        found = self.record.answers.filter(unit=self.unit).first()
        if found is not None:
            self.initial.setdefault("words", found.words)
            if len(found.rows) <= MOST_TYPED:
                self.initial.setdefault("rows", found.rows)
        return found

    def clean(self):
        data = super().clean()
        if self.errors or self.record is None:
            return data
        columns, upload, rows = self.record.columns, data.get("file"), data.get("rows")
        earlier = self.before.rows if self.before else []
        if not columns:
            if not upload and not data.get("words"):
                self.add_error("words", "请写明说明，或者上传材料。")
            return data
        if upload and rows and rows != earlier:
            self.add_error("file", "已经逐行填写了数据，请清空后再上传表格，或者不上传。")
        elif upload:
            self._read(upload, columns)
        elif rows:
            self._check(rows, columns)
        elif len(earlier) > MOST_TYPED:
            self.found = earlier
        elif not data.get("words"):
            self.add_error("rows", "请填写数据或者上传填好的表格；没有数据的，在说明里写明“无”。")
        return data

    def _read(self, upload, columns):
        rows, problems = tables.read(upload, columns)
        for problem in problems[:10]:
            self.add_error("file", problem)
        self.found = rows

    def _check(self, rows, columns):
        for n, row in enumerate(rows, 1):
            for at, column in enumerate(columns, 1):
                value, problem = tables.cell(row.get(f"c{at}", ""), column)
                if problem:
                    self.add_error("rows", f"第{n}行“{column['name']}”{problem}")
                elif value:
                    row[f"c{at}"] = value

    def table(self):
        """(rows, whether they came as a file)"""
        if self.found is not None:
            return self.found, True
        return self.cleaned_data.get("rows") or [], bool(self.cleaned_data.get("file"))


class PostponeForm(ReasonForm):
    due_on = DayField(label="改为", error_messages={"required": "请填写新的最迟报送日。"})

    field_order = ("due_on", "reason")

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        problem = rules.due_day_problem(day, self.now)
        if not problem and self.record is not None and day <= self.record.due_on:
            problem = "新的最迟报送日应当晚于原来的。"
        if problem:
            raise forms.ValidationError(problem)
        return day
