"""Official letters (公文) as a library: content in, PDF, PNG and DOCX out; numbers; verification codes.

It knows no procedure, no unit and no table but its own number series.

    from letters import numbering, render, service, verification
    from letters.layout import Heading, LetterContent, Table

    content = LetterContent(
        issuer="金湖县黎城街道办事处",
        title="涉嫌违法案件移送函",
        addressee="金湖县水务局",
        paragraphs=[
            "2026年9月30日，我单位在日常巡查中发现……",
            Heading("一、涉案物品", 1),
            Table(["名称", "数量"], [["砂石", "约12立方米"]], caption="涉案物品清单"),
        ],
        attachments=["现场检查记录", "现场照片"],
        contact=[("联系人", "周敏"), ("联系电话", "0517-86880000")],
        copies="本函一式两份",
    )

    # The page before signing: a preview, with the filled-in values on blue and no number yet.
    shown = content.changed(preview=True, draft_number=numbering.draft_number("licheng", "金黎执", "移", 2026))
    render.check(shown)                 # raises LetterError (Chinese message) if it cannot be issued
    image = render.png(shown)           # page 1
    shown_hash = render.content_hash(content)

    # Inside the transaction that issues it:
    issued = content.changed(
        number=numbering.next_number("licheng", "金黎执", "移", 2026),      # 金黎执移〔2026〕12号
        date=today, verification_code=verification.new_code(), verification_url="https://…/verify/…/",
    )
    issued.to_json(), render.TEMPLATE_VERSION, render.content_hash(issued)  # to be stored
    assert render.content_hash(issued.unissued()) == shown_hash             # the signer saw this

    # Right after it, once: the bytes, to be stored with their own SHA-256.
    render.pdf(issued), render.docx(issued)

    # Served by hand: the form to be signed (送达回证).
    service.pdf(service.ServiceForm(issuer="金湖县黎城街道办事处", recipient="金湖县烟草专卖局", document=issued.title, number=issued.number))

    # Withdrawn: the same letter with 作废 across it; its content hash does not change.
    render.pdf(LetterContent.from_json(stored).changed(void=True))

Settings: LETTER_FONTS, a folder of the customer's own fonts (方正小标宋, 仿宋_GB2312 …), searched first;
LETTER_FONT_DIRS, the folders of the npm font packages (default: node_modules/@expo-google-fonts/…).
"""
