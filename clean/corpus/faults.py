"""Writes what is refused."""
import io, pathlib, struct, sys, zipfile, zlib

out = pathlib.Path(sys.argv[1])
accepted, refused = out / 'accepted', out / 'refused'

def put(name, content): (refused / name).write_bytes(content)
def read(name): return (accepted / name).read_bytes()

def archive(files, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, 'w', method) as zipped:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, (2024, 5, 6, 7, 8, 8))
            info.compress_type = zipfile.ZIP_STORED if name == 'mimetype' else method
            zipped.writestr(info, content)
    return buffer.getvalue()

jpeg, png, gif, pdf, webp = (read(n) for n in
    ('jpeg-turned-1.jpg', 'png-palette.png', 'gif-moving.gif', 'pdf-tagged.pdf', 'webp-lossy.webp'))
page = b'<!DOCTYPE html><html><script>fetch("https://canary.example/")</script></html>'
svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("https://canary.example/")</script></svg>'
zipped = archive({'canary.txt': b'canary'})

put('empty-nothing.jpg', b'')
put('empty-spaces.txt', b' \n\n')
# two kinds at once
put('polyglot-jpeg-and-archive.jpg', jpeg + zipped)
put('polyglot-png-and-archive.png', png + zipped)
put('polyglot-gif-and-page.gif', gif + page)
put('polyglot-gif-comment-is-page.gif', gif[:13 + 3 * 2 ** ((gif[10] & 7) + 1)] + b'\x21\xfe' + bytes([len(page)]) + page
    + b'\0' + gif[13 + 3 * 2 ** ((gif[10] & 7) + 1):])
put('polyglot-jpeg-comment-is-page.jpg', jpeg[:2] + b'\xff\xfe' + struct.pack('>H', len(page) + 2) + page + jpeg[2:])
put('polyglot-png-and-pdf.png', png + pdf)
put('polyglot-gif-before-pdf.gif', b'GIF89a' + pdf)
put('polyglot-bytes-before-pdf.pdf', b'\n\n' + pdf)
put('polyglot-page-before-pdf.pdf', page + pdf)
put('polyglot-pdf-and-archive.pdf', pdf + zipped)
put('polyglot-pdf-is-page.pdf', b'%PDF-1.7\n%' + page + pdf[9:])
put('polyglot-webp-and-program.webp', webp + b'MZ' + bytes(64))
put('polyglot-jpeg-and-class.jpg', jpeg + b'\xca\xfe\xba\xbe' + bytes(32))
put('polyglot-mp4-and-page.mp4', read('mp4-place.mp4') + page)
put('polyglot-heic-and-pdf.heic', read('heic-phone.heic') + pdf)
put('polyglot-document-and-more.docx', archive({'[Content_Types].xml': b'<Types/>', 'word/document.xml': b'<w/>'}) + b'more')
# never
put('unknown-page.html', page)
put('unknown-drawing.svg', svg)
put('unknown-drawing-after-declaration.svg', b'\xef\xbb\xbf  <?xml version="1.0"?>\n<!-- a -->\n' + svg)
put('unknown-page-in-text.txt', b'Dear all,\n' + page)
put('unknown-archive.zip', zipped)
put('unknown-program.exe', b'MZ' + bytes(range(256)))
put('unknown-controls.txt', b'text\x1b[31m')
put('unknown-utf16.txt', 'Guten Tag'.encode('utf-16'))
put('unknown-macros.docm', archive({'[Content_Types].xml': b'<T/>', 'word/document.xml': b'<w/>', 'word/vbaProject.bin': b'x'}))
put('unknown-java.jar', archive({'META-INF/MANIFEST.MF': b'Main-Class: Canary\n'}))
put('unknown-archive-bomb.zip', archive({f'{n}.bin': bytes(1_000_000) for n in range(3)}))
# too large
bomb = bytearray(archive({'[Content_Types].xml': b'<Types/>', 'word/document.xml': bytes(100_000)}))
for at in range(len(bomb) - 4):
    if bomb[at:at + 4] == b'PK\x01\x02':
        bomb[at + 24:at + 28] = struct.pack('<I', 0xfffffff0)
put('too-large-archive-bomb.docx', bytes(bomb))
def chunk(name, content): return struct.pack('>I', len(content)) + name + content + struct.pack('>I', zlib.crc32(name + content))
put('too-large-pixels.png', png[:8] + chunk(b'IHDR', struct.pack('>IIBBBBB', 60_000, 60_000, 8, 2, 0, 0, 0))
    + chunk(b'IDAT', zlib.compress(bytes(1000))) + chunk(b'IEND', b''))
at = next(i for i in range(len(jpeg)) if jpeg[i:i + 2] in (b'\xff\xc0', b'\xff\xc2'))
put('too-large-pixels.jpg', jpeg[:at + 5] + b'\xff\xff\xff\xff' + jpeg[at + 9:])
put('too-large-pixels.gif', gif[:6] + b'\xff\xff\xff\xff' + gif[10:])
put('too-large-pixels.webp', b'RIFF' + struct.pack('<I', 30) + b'WEBPVP8X' + struct.pack('<I', 10) + b'\0\0\0\0' + b'\xff' * 6 + b'VP8 '
    + bytes(4))
# damaged
for name in ('jpeg-camera.jpg', 'png-texts.png', 'webp-tagged.webp', 'gif-moving.gif', 'heic-phone.heic', 'avif-tagged.avif',
             'mp4-fast.mp4'):
    content = read(name)
    put('broken-cut-off-' + name, content[:len(content) * 2 // 3])
put('broken-no-pixels.jpg', b'\xff\xd8\xff\xd9')
put('broken-only-header.pdf', b'%PDF-1.7\n')
put('broken-no-pixels.png', png[:33] + chunk(b'IEND', b''))
put('broken-unknown-critical-chunk.png', png[:33] + chunk(b'XXXX', b'Canary') + png[33:])
# office
word = {'[Content_Types].xml': b'<Types/>', 'word/document.xml': b'<w/>', 'docProps/core.xml': b'<creator>Canary</creator>'}
put('office-letter.docx', archive(word))
put('office-table.xlsx', archive({'[Content_Types].xml': b'<Types/>', 'xl/workbook.xml': b'<w/>'}))
put('office-slides.pptx', archive({'[Content_Types].xml': b'<Types/>', 'ppt/presentation.xml': b'<w/>'}))
for kind, ending in (('text', 'odt'), ('spreadsheet', 'ods'), ('presentation', 'odp')):
    put(f'office-open.{ending}', archive({'mimetype': f'application/vnd.oasis.opendocument.{kind}'.encode(), 'content.xml': b'<c/>'}))
def old(*names):
    return b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + bytes(504) + b''.join(n.encode('utf-16-le').ljust(128, b'\0') for n in names)
put('office-old.doc', old('Root Entry', 'WordDocument', 'SummaryInformation'))
put('office-old.xls', old('Root Entry', 'Workbook'))
put('office-old.ppt', old('Root Entry', 'PowerPoint Document'))
put('office-rich.rtf', b'{\\rtf1{\\info{\\author Canary}}Text}')
put('protected-locked.docx', old('Root Entry', 'EncryptedPackage'))
put('unknown-macros.doc', old('Root Entry', 'WordDocument', '_VBA_PROJECT'))
