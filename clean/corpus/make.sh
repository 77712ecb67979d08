#!/bin/bash
# Makes the corpus anew. Needed on Debian: ffmpeg imagemagick libimage-exiftool-perl libheif-examples libavif-bin webp
# qpdf python3. Nobody needs to run it: the files are kept. Everything in `accepted` says where, when, by whom or with
# what it was made, with the word "Canary" in texts; files in `refused` begin with the code they are refused with.
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD
rm -rf accepted refused
mkdir -p accepted refused
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# An asymmetric picture, so that a wrong direction shows.
convert-im6.q16 -size 48x32 xc:white -fill red -draw 'rectangle 0,0 23,15' -fill blue -draw 'rectangle 24,0 47,15' \
  -fill green -draw 'rectangle 0,16 11,31' +repage -strip base.png
convert-im6.q16 base.png -quality 92 -sampling-factor 1x1 -strip base.jpg
convert-im6.q16 base.png -resize 16x thumb.jpg
python3 "$here/profile.py" screen.icc

tags=(-Make=CanaryMake -Model=CanaryModel -SerialNumber=Canary123 -OwnerName=CanaryOwner -Artist=CanaryArtist
  -Software=CanarySoft -DateTimeOriginal='2024:05:06 07:08:09' -GPSLatitude=52.5 -GPSLatitudeRef=N -GPSLongitude=13.4
  -GPSLongitudeRef=E -ImageDescription=CanaryWords -XMP-dc:Creator=CanaryXmp -XMP-xmp:CreatorTool=CanaryTool)
write() { exiftool -q -overwrite_original "${tags[@]}" "$@"; }

# JPEG: everything at once, and each direction.
cp base.jpg camera.jpg
write -IPTC:By-line=CanaryIptc -IPTC:City=CanaryCity -Comment=CanaryComment '-ThumbnailImage<=thumb.jpg' \
  '-ICC_Profile<=screen.icc' -Orientation#=6 -JFIF:XResolution=96 camera.jpg
cp camera.jpg "$here/accepted/jpeg-camera.jpg"
# a second picture and a short video behind the end, as phones do
cat camera.jpg thumb.jpg > "$here/accepted/jpeg-second-picture.jpg"
for turn in 1 2 3 4 5 6 7 8; do
  cp base.jpg turned.jpg
  write -Orientation#=$turn turned.jpg
  cp turned.jpg "$here/accepted/jpeg-turned-$turn.jpg"
done
convert-im6.q16 base.png -colorspace CMYK -quality 90 -strip cmyk.jpg
write cmyk.jpg && cp cmyk.jpg "$here/accepted/jpeg-cmyk.jpg"
convert-im6.q16 base.png -interlace JPEG -strip progressive.jpg
write progressive.jpg && cp progressive.jpg "$here/accepted/jpeg-progressive.jpg"

# PNG
convert-im6.q16 base.png -set Comment CanaryComment -set Author CanaryAuthor text.png
write '-ICC_Profile<=screen.icc' -Orientation#=8 -PNG:Title=CanaryTitle -PNG:ModifyDate=now text.png
cp text.png "$here/accepted/png-texts.png"
convert-im6.q16 base.png -alpha set -channel A -evaluate set 50% -type PaletteAlpha PNG8:palette.png
write palette.png && cp palette.png "$here/accepted/png-palette.png"

# WebP
cwebp -quiet -lossless base.png -o plain.webp
cp plain.webp tagged.webp
write '-ICC_Profile<=screen.icc' -Orientation#=6 tagged.webp
cp tagged.webp "$here/accepted/webp-tagged.webp"
cwebp -quiet -q 80 base.png -o lossy.webp && write lossy.webp && cp lossy.webp "$here/accepted/webp-lossy.webp"
convert-im6.q16 base.png -flop flopped.png
ffmpeg -v error -y -loop 1 -t 0.2 -framerate 10 -i base.png -c:v libwebp_anim -loop 0 moving.webp
write moving.webp && cp moving.webp "$here/accepted/webp-moving.webp"

# GIF
convert-im6.q16 -delay 10 base.png flopped.png -loop 0 moving.gif
exiftool -q -overwrite_original -Comment=CanaryComment -XMP-dc:Creator=CanaryXmp moving.gif
cp moving.gif "$here/accepted/gif-moving.gif"

# HEIC and AVIF
convert-im6.q16 base.png -resize 128x large.png
cp large.png large-tagged.png
convert-im6.q16 large.png -quality 95 large.jpg
write '-ICC_Profile<=screen.icc' large.jpg
heif-enc -q 60 -t 32 large.jpg -o phone.heic >/dev/null 2>&1
cp phone.heic "$here/accepted/heic-phone.heic"
avifenc -q 60 large.png canary.avif >/dev/null 2>&1 || avifenc --min 20 --max 30 large.png canary.avif >/dev/null
write canary.avif && cp canary.avif "$here/accepted/avif-tagged.avif"

# Video
ffmpeg -v error -y -f lavfi -i testsrc=s=64x48:d=0.4:r=10 -f lavfi -i sine=d=0.4 -c:v libx264 -crf 40 -pix_fmt yuv420p \
  -c:a aac -b:a 16k -metadata title=CanaryTitle -metadata location=+52.5000+013.4000/ -metadata artist=CanaryArtist \
  -metadata creation_time=2024-05-06T07:08:09Z clip.mp4
cp clip.mp4 "$here/accepted/mp4-place.mp4"
ffmpeg -v error -y -i clip.mp4 -c copy -movflags +faststart -metadata comment=CanaryComment fast.mp4
exiftool -q -overwrite_original -XMP-dc:Creator=CanaryXmp fast.mp4
cp fast.mp4 "$here/accepted/mp4-fast.mp4"
ffmpeg -v error -y -i clip.mp4 -c copy -movflags frag_keyframe+empty_moov -metadata title=CanaryTitle parts.mp4
cp parts.mp4 "$here/accepted/mp4-fragments.mp4"
printf '1\n00:00:00,000 --> 00:00:00,300\nCanary GPS 52.5 13.4\n' > drone.srt
ffmpeg -v error -y -i clip.mp4 -i drone.srt -map 0 -map 1 -c copy -c:s mov_text drone.mp4
cp drone.mp4 "$here/accepted/mp4-drone.mp4"
ffmpeg -v error -y -i clip.mp4 -c copy -f mov phone.mov
exiftool -q -overwrite_original -Keys:GPSCoordinates='52.5, 13.4, 0' -Keys:Make=CanaryMake -Keys:Model=CanaryModel \
  -UserData:Author=CanaryAuthor phone.mov
cp phone.mov "$here/accepted/mov-phone.mov"
ffmpeg -v error -y -i clip.mp4 -i drone.srt -map 0 -map 1 -c copy -c:s mov_text -movflags frag_keyframe+empty_moov \
  "$here/refused/location-fragments-of-a-third-track.mp4"

python3 "$here/documents.py" "$here"
python3 "$here/faults.py" "$here"
