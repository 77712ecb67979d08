//! The site's brand colour, made readable: darkened on paper, lightened in the dark, until text on and in it holds
//! 4.5:1 (WCAG 2.2, 1.4.3; A11-04).

/// sRGB.
type Rgb = [u8; 3];

const PAPER: Rgb = [0xfb, 0xf9, 0xf4];
const PAPER_DARK: Rgb = [0x10, 0x18, 0x1d];
const SURFACE_DARK: Rgb = [0x18, 0x23, 0x2a];
const CONTRAST: f32 = 4.5;

/// An accent for each scheme, as `#rrggbb`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accents {
    /// On paper, and under white text.
    pub light: String,
    /// On dark paper, and under dark text.
    pub dark: String,
}

/// The accents of a brand colour `#rrggbb`; `None` if it is none, and the default stays.
pub fn accents(brand: &str) -> Option<Accents> {
    let brand = parse(brand)?;
    let light = toward(brand, [0; 3], |colour| contrast(colour, PAPER));
    let dark =
        toward(brand, [0xff; 3], |colour| contrast(colour, SURFACE_DARK).min(contrast(colour, PAPER_DARK)));
    Some(Accents { light: text(light), dark: text(dark) })
}

fn parse(text: &str) -> Option<Rgb> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    let [_, rgb @ ..] = number.to_be_bytes();
    Some(rgb)
}

fn text([red, green, blue]: Rgb) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    let pairs = [red, green, blue].into_iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    std::iter::once('#').chain(pairs).collect()
}

/// Mixes `end` in by sixteenths until the contrast holds; at the end it does.
fn toward(brand: Rgb, end: Rgb, contrast: impl Fn(Rgb) -> f32) -> Rgb {
    let mixed = |step: u16| {
        let mix = |from: u8, to: u8| (u16::from(from) * (16 - step) + u16::from(to) * step) / 16;
        let [red, green, blue] = brand;
        let [to_red, to_green, to_blue] = end;
        [mix(red, to_red), mix(green, to_green), mix(blue, to_blue)]
            .map(|byte| u8::try_from(byte).unwrap_or(0xff))
    };
    (0..16).map(mixed).find(|colour| contrast(*colour) >= CONTRAST).unwrap_or(end)
}

/// Contrast ratio of two colours (WCAG 2.2).
fn contrast(a: Rgb, b: Rgb) -> f32 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance; the power of 2.4 by a cubic that is off by less than 0.003.
fn luminance(colour: Rgb) -> f32 {
    let [red, green, blue] = colour.map(|byte| {
        let c = f32::from(byte) / 255.0;
        c * (c * (c * 0.305_306 + 0.682_171) + 0.012_522_9)
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_readable_brand_stays_as_it_is_on_paper() {
        assert_eq!(accents("#0f5c5c").unwrap().light, "#0f5c5c");
    }

    #[test]
    fn a11_04_every_brand_becomes_readable_in_both_schemes() {
        for step in 0_u32..4096 {
            let brand = [step >> 8, (step >> 4) & 15, step & 15].map(|n| u8::try_from(n * 17).unwrap());
            let Accents { light, dark } = accents(&text(brand)).unwrap();
            let (light, dark) = (parse(&light).unwrap(), parse(&dark).unwrap());
            assert!(contrast(light, PAPER) >= 4.5 && contrast(light, [0xff; 3]) >= 4.5, "{brand:?}");
            assert!(contrast(dark, SURFACE_DARK) >= 4.5 && contrast(dark, PAPER_DARK) >= 4.5, "{brand:?}");
        }
    }

    #[test]
    fn known_contrasts() {
        assert!((contrast([0; 3], [0xff; 3]) - 21.0).abs() < 0.1);
        assert!((contrast([0x77; 3], [0xff; 3]) - 4.48).abs() < 0.1);
    }

    #[test]
    fn what_is_no_colour_is_left_alone() {
        for bad in ["", "red", "#12345", "#1234567", "#12345g", "#12345é", "url(x)"] {
            assert_eq!(accents(bad), None, "{bad}");
        }
    }
}
