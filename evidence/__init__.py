"""Uploaded files as a library: checked by content, hashed, stored, served safely. It knows no matter and no officer.

    from evidence.archive import zip_response
    from evidence.errors import RejectedFile
    from evidence.ingest import ingest
    from evidence.serve import erase, preview, serve

    try:
        stored = ingest(request.FILES["file"])
    except RejectedFile as refusal:
        form.add_error("file", refusal.message)     # refusal.code is stable

    serve(stored, download_name="现场检查记录.pdf", request=request)
    serve(video, inline=True, request=request)      # plays; everything else stays an attachment
    preview(stored, page=0, size="small")           # PNG response, or None
    zip_response([(m.name, m.stored) for m in materials], [{"材料种类": m.kind} for m in materials])
    erase(stored)

Resumable uploads: evidence.resumable (begin, find, append, finish, discard). A daily job calls
evidence.maintenance.purge_stale(). Settings with their defaults: evidence/conf.py.
"""
