"""Writes PDFs that tell about their authors, and text."""
import os, pathlib, subprocess, sys, tempfile, zlib

out = pathlib.Path(sys.argv[1])
photo = (out / 'accepted/jpeg-camera.jpg').read_bytes()

def pdf(objects, trailer, head=b'%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', before=b'', prev=None):
    body, places = bytearray(before or head), {}
    for number, content in objects.items():
        places[number] = len(body)
        body += b'%d 0 obj\n' % number + content + b'\nendobj\n'
    start = len(body)
    body += b'xref\n'
    if not before:
        body += b'0 1\n0000000000 65535 f \n'
    for number in sorted(places):
        body += b'%d 1\n%010d 00000 n \n' % (number, places[number])
    more = b'/Prev %d ' % prev if prev else b''
    body += b'trailer\n<< /Size 42 ' + more + trailer + b' >>\nstartxref\n%d\n%%%%EOF\n' % start
    return bytes(body), start

def stream(content, extra=b''): return b'<< /Length %d %s >>\nstream\n' % (len(content), extra) + content + b'\nendstream'

page = (b'/Span << /MCID 0 >> BDC BT /F1 12 Tf 20 150 Td (Good day) Tj ET EMC '
        b'/Figure << /MCID 1 >> BDC q 48 0 0 32 20 60 cm /Im1 Do Q EMC')
xmp = b'<?xpacket?><x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>CanaryXmp</dc:creator></x:xmpmeta>'
tagged = {
    1: b'<< /Type /Catalog /Pages 2 0 R /Lang (de-DE) /MarkInfo << /Marked true >> /StructTreeRoot 10 0 R /Metadata 20 0 R '
       b'/OpenAction << /S /JavaScript /JS (app.alert\\("Canary"\\)) >> /AA << /WC << /S /JavaScript /JS (Canary) >> >> '
       b'/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (CanaryScript) >>] >> '
       b'/EmbeddedFiles << /Names [(CanaryFile.txt) 21 0 R] >> /Dests << /Names [(top) [3 0 R /Fit]] >> >> '
       b'/PieceInfo << /CanaryApp << /Private (CanaryPrivate) >> >> /ViewerPreferences << /DisplayDocTitle true >> '
       b'/Outlines 30 0 R /AF [21 0 R] >>',
    2: b'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    3: b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /StructParents 0 /LastModified (D:2024) '
       b'/Resources << /Font << /F1 5 0 R >> /XObject << /Im1 6 0 R >> >> /Annots [7 0 R 8 0 R 9 0 R 15 0 R] '
       b'/AA << /O << /S /JavaScript /JS (CanaryOpen) >> >> /PieceInfo << /Canary << >> >> >>',
    4: stream(zlib.compress(page), b'/Filter /FlateDecode'),
    5: b'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    6: stream(photo, b'/Type /XObject /Subtype /Image /Width 48 /Height 32 /ColorSpace /DeviceRGB /BitsPerComponent 8 '
                     b'/Filter /DCTDecode /Metadata 22 0 R'),
    7: b'<< /Type /Annot /Subtype /Link /Rect [20 150 80 165] /A << /S /URI /URI (https://example.org/) >> >>',
    8: b'<< /Type /Annot /Subtype /Text /Rect [100 100 120 120] /T (CanaryAuthor) /M (D:20240506) '
       b'/CreationDate (D:20240506) /NM (CanaryId) /Contents (A remark) >>',
    9: b'<< /Type /Annot /Subtype /FileAttachment /Rect [120 100 140 120] /FS 21 0 R >>',
    10: b'<< /Type /StructTreeRoot /K [11 0 R] /ParentTree 14 0 R /ParentTreeNextKey 1 >>',
    11: b'<< /Type /StructElem /S /Document /P 10 0 R /K [12 0 R 13 0 R] /Lang (de-DE) >>',
    12: b'<< /Type /StructElem /S /P /P 11 0 R /Pg 3 0 R /K 0 /T (Greeting) >>',
    13: b'<< /Type /StructElem /S /Figure /P 11 0 R /Pg 3 0 R /K 1 /Alt (Three squares of colour) >>',
    14: b'<< /Nums [0 [12 0 R 13 0 R]] >>',
    15: b'<< /Type /Annot /Subtype /Link /Rect [20 20 40 40] /A << /S /Launch /F (CanaryProgram.exe) >> >>',
    20: stream(xmp, b'/Type /Metadata /Subtype /XML'),
    21: b'<< /Type /Filespec /F (CanaryFile.txt) /UF (CanaryFile.txt) /EF << /F 23 0 R >> >>',
    22: stream(xmp, b'/Type /Metadata /Subtype /XML'),
    23: stream(b'CanaryEmbedded', b'/Type /EmbeddedFile'),
    30: b'<< /Type /Outlines /First 31 0 R /Last 31 0 R /Count 1 >>',
    31: b'<< /Title (Greeting) /Parent 30 0 R /Dest [3 0 R /Fit] >>',
    40: b'<< /Title (CanaryTitle) /Author (CanaryAuthor) /Producer (CanaryProducer) /CreationDate (D:20240506070809) >>',
    41: b'(CanaryUnreferenced)',
}
trailer = b'/Root 1 0 R /Info 40 0 R /ID [<43616e617279313233343536373839> <43616e617279313233343536373839>]'
first, start = pdf(tagged, trailer)
# a second version behind the first: the page's former words stay in the file
changed = {4: stream(zlib.compress(page.replace(b'Good day', b'Good morning')), b'/Filter /FlateDecode')}
history, _ = pdf(changed, trailer, before=first, prev=start)
(out / 'accepted/pdf-tagged.pdf').write_bytes(history)

with tempfile.TemporaryDirectory() as work:
    plain, packed = os.path.join(work, 'a.pdf'), out / 'accepted/pdf-object-streams.pdf'
    pathlib.Path(plain).write_bytes(history)
    subprocess.run(['qpdf', '--object-streams=generate', plain, packed], check=True)
    locked = out / 'refused/protected-password.pdf'
    subprocess.run(['qpdf', '--encrypt', 'secret', 'owner', '256', '--', plain, locked], check=True)
    owner = out / 'refused/protected-owner-password.pdf'
    subprocess.run(['qpdf', '--encrypt', '', 'owner', '256', '--', plain, owner], check=True)

(out / 'accepted/text-letter.txt').write_bytes('Guten Tag,\r\nder Zug kam 40 Minuten zu spät. 5 < 6 > 4.\r\n'.encode())
