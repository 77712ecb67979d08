//! Colours and whether one can be read on another (WCAG 2.2, 1.4.3; A11-04). Calculated with the four basic operations
//! alone, so that the relay's answer, a browser and a terminal agree to the last bit.

/// An opaque colour in sRGB: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rgb(pub [u8; 3]);

/// White: words on an accent in the light scheme.
pub const WHITE: Rgb = Rgb([0xff; 3]);
/// What an accent stands on in the light scheme: paper and surface.
pub const LIGHT: [Rgb; 2] = [Rgb([0xfb, 0xf9, 0xf4]), WHITE];
/// What an accent stands on in the dark scheme: paper, which is also the colour of words on an accent, and surface.
pub const DARK: [Rgb; 2] = [Rgb([0x10, 0x18, 0x1d]), Rgb([0x18, 0x23, 0x2a])];
/// What text needs.
pub const READABLE: f32 = 4.5;

/// Steps of a search: finer than the 255 shades of a grey.
const STEPS: u32 = 12;

impl Rgb {
    /// Reads `#rgb` and `#rrggbb`, in letters of either case.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        // A sign counts as a digit for `from_str_radix`.
        match digits.len() {
            _ if digits.starts_with('+') => None,
            6 => Some(Self([red, green, blue])),
            3 => Some(Self([green & 15, blue >> 4, blue & 15].map(|digit| digit * 17))),
            _ => None,
        }
    }

    /// As `#rrggbb`.
    pub fn hex(self) -> String {
        let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
        let pairs = self.0.into_iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
        std::iter::once('#').chain(pairs).collect()
    }
}

/// Contrast ratio of two colours, 1 to 21.
pub fn contrast(a: Rgb, b: Rgb) -> f32 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The lowest contrast of a colour with what it stands on; 21 if that is nothing.
pub fn lowest(colour: Rgb, against: &[Rgb]) -> f32 {
    against.iter().map(|other| contrast(colour, *other)).fold(21.0, f32::min)
}

/// The colour nearest to `colour` that has `ratio` to all of `against`: itself if it has, else the same hue, darker or
/// lighter, whichever is the smaller step in lightness (`OKLab`), with as much of its chroma as a screen can show.
/// `None` if neither black nor white has that ratio.
pub fn nearest(colour: Rgb, against: &[Rgb], ratio: f32) -> Option<Rgb> {
    let holds = |candidate: Rgb| lowest(candidate, against) >= ratio;
    if holds(colour) {
        return Some(colour);
    }
    let lab = Lab::of(colour);
    let toward = |end: f32| {
        let (mut near, mut far, mut best) = (lab.light, end, Rgb([if end > 0.5 { 0xff } else { 0 }; 3]));
        if !holds(best) {
            return None;
        }
        for _ in 0..STEPS {
            let middle = f32::midpoint(near, far);
            let candidate = Lab { light: middle, ..lab }.shown();
            if holds(candidate) {
                (far, best) = (middle, candidate);
            } else {
                near = middle;
            }
        }
        Some((best, (far - lab.light).abs()))
    };
    match (toward(0.0), toward(1.0)) {
        (Some((darker, down)), Some((lighter, up))) => Some(if up < down { lighter } else { darker }),
        (found, other) => found.or(other).map(|(best, _)| best),
    }
}

/// Relative luminance.
fn luminance(colour: Rgb) -> f32 {
    let [red, green, blue] = colour.0.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// A channel's light: the transfer function of sRGB.
fn linear(byte: u8) -> f32 {
    let value = f32::from(byte) / 255.0;
    if value <= 0.040_45 {
        value / 12.92
    } else {
        // To the power of 2.4, which is twelve fifths.
        root(5, (value + 0.055) / 1.055).powi(12)
    }
}

/// The channel that has this light; what no screen shows becomes the nearest that one does.
fn channel(light: f32) -> u8 {
    let (mut low, mut high) = (0_u8, 0xff_u8);
    while low < high {
        let middle = low + (high - low) / 2;
        // Half way between two shades in light is near enough to half way between them.
        if f32::midpoint(linear(middle), linear(middle + 1)) < light {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// The root of a number between 0 and 1, by Newton's method.
fn root(degree: i32, of: f32) -> f32 {
    let power = f32::from(i16::try_from(degree).unwrap_or(i16::MAX));
    let mut guess = 1.0_f32;
    for _ in 0..24 {
        let lower = guess.powi(degree - 1);
        if lower <= f32::MIN_POSITIVE {
            return 0.0;
        }
        guess -= (guess - of / lower) / power;
    }
    guess
}

/// `OKLab` (Björn Ottosson, 2020): lightness as people see it, and two axes of colour.
#[derive(Clone, Copy)]
struct Lab {
    light: f32,
    a: f32,
    b: f32,
}

impl Lab {
    fn of(colour: Rgb) -> Self {
        let [red, green, blue] = colour.0.map(linear);
        let l = root(3, 0.412_221_47 * red + 0.536_332_55 * green + 0.051_445_99 * blue);
        let m = root(3, 0.211_903_5 * red + 0.680_699_5 * green + 0.107_396_96 * blue);
        let s = root(3, 0.088_302_46 * red + 0.281_718_84 * green + 0.629_978_7 * blue);
        Self {
            light: 0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
            a: 1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
            b: 0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
        }
    }

    /// The light of the three channels; outside 0 to 1 for what no screen shows.
    fn light(self) -> [f32; 3] {
        let cube = |value: f32| value * value * value;
        let l = cube(self.light + 0.396_337_78 * self.a + 0.215_803_76 * self.b);
        let m = cube(self.light - 0.105_561_346 * self.a - 0.063_854_17 * self.b);
        let s = cube(self.light - 0.089_484_18 * self.a - 1.291_485_5 * self.b);
        [
            4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
            -1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s,
            -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
        ]
    }

    /// What a screen can show of it: the same lightness and hue, with less chroma where it must be.
    fn shown(self) -> Rgb {
        let paler = |chroma: f32| Self { a: self.a * chroma, b: self.b * chroma, ..self };
        let fits = |lab: Self| lab.light().iter().all(|light| (-0.001..=1.001).contains(light));
        let (mut least, mut most) = (0.0, 1.0);
        if fits(self) {
            least = most;
        }
        while most - least > 0.01 {
            let middle = f32::midpoint(least, most);
            if fits(paler(middle)) {
                least = middle;
            } else {
                most = middle;
            }
        }
        Rgb(paler(least).light().map(channel))
    }
}

#[cfg(test)]
mod tests;
