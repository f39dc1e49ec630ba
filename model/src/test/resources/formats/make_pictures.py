"""Makes the small pictures of this folder that Java cannot write, and what Pillow makes of each (*.rgb.png).

Run with Pillow 12.3: python3 make_pictures.py
"""
import io
import numpy as np
from PIL import Image, ImageOps

W, H = 24, 17
y, x = np.mgrid[0:H, 0:W]
RGB = np.stack([x * 10, y * 15, 255 - x * 5 - y * 7], -1).astype(np.uint8)
ALPHA = np.clip((x + y) * 8 - 20, 0, 255).astype(np.uint8)
picture = Image.fromarray(RGB)
layered = Image.fromarray(np.dstack([RGB, ALPHA]))


def expect(name, image):
    image.save(name + ".rgb.png", optimize=True)


def pillow(name):
    expect(name, Image.open(name).convert("RGB"))


picture.save("ycc.jpg", quality=90)
pillow("ycc.jpg")
picture.save("progressive.jpg", quality=90, progressive=True, comment=b"a comment")
pillow("progressive.jpg")
picture.save("adobe_rgb.jpg", quality=95, keep_rgb=True, subsampling=0)
pillow("adobe_rgb.jpg")
picture.convert("L").save("grey.jpg", quality=90)
pillow("grey.jpg")
cmyk = Image.fromarray(np.stack([x * 10, y * 15, 255 - x * 10, (x + y) * 3], -1).astype(np.uint8), "CMYK")
cmyk.save("cmyk.jpg", quality=95, subsampling=0)
pillow("cmyk.jpg")
# YCCK: a CMYK file that holds Y, Cb, Cr and K, its Adobe transform then set to 2.
ycc = np.asarray(picture.convert("YCbCr"))
black = (255 - (x + y) * 3).astype(np.uint8)
out = io.BytesIO()
Image.fromarray(255 - np.dstack([ycc, black]), "CMYK").save(out, "JPEG", quality=95, subsampling=0)
data = bytearray(out.getvalue())
data[data.index(b"Adobe") + 11] = 2
open("ycck.jpg", "wb").write(data)
pillow("ycck.jpg")

for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    name = f"orientation{orientation}.jpg"
    picture.save(name, quality=90, exif=exif)
    expect(name, ImageOps.exif_transpose(Image.open(name)))
exif = Image.Exif()
exif[0x0112] = 6
for name in ("orientation6.png", "orientation6.webp"):
    picture.save(name, exif=exif, **({"lossless": True} if name.endswith("webp") else {}))
    expect(name, ImageOps.exif_transpose(Image.open(name)).convert("RGB"))

picture.save("lossy.webp", quality=90)
pillow("lossy.webp")
picture.save("lossless.webp", lossless=True)
pillow("lossless.webp")
white = Image.new("RGB", (W, H), "white")
for name, options in (("alpha.webp", {"lossless": True, "exact": True}), ("lossy_alpha.webp", {"quality": 90})):
    layered.save(name, **options)
    over = white.copy()
    opened = Image.open(name)
    over.paste(opened, mask=opened.getchannel("A"))
    expect(name, over)
frames = [picture, ImageOps.invert(picture)]
frames[0].save("animated.webp", save_all=True, append_images=frames[1:], lossless=True, duration=100)
pillow("animated.webp")
frames[0].quantize(16).save("animated.gif", save_all=True, append_images=[frames[1].quantize(16)])
pillow("animated.gif")
