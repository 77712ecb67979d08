use super::*;

/// A sample of all colours: every channel in 16 shades.
fn cube() -> impl Iterator<Item = Rgb> {
    let shades = || (0..=255_u8).step_by(17);
    shades().flat_map(move |r| shades().flat_map(move |g| shades().map(move |b| Rgb([r, g, b]))))
}

fn rgb(text: &str) -> Rgb {
    Rgb::parse(text).unwrap()
}

#[test]
fn a_colour_is_three_or_six_digits_of_either_case_and_nothing_else() {
    for (text, wanted) in [
        ("#0f5c5c", "#0f5c5c"),
        ("#0F5C5c", "#0f5c5c"),
        ("#8a7", "#88aa77"),
        ("#FFF", "#ffffff"),
        ("#000", "#000000"),
    ] {
        assert_eq!(rgb(text).hex(), wanted);
    }
    for bad in [
        "", "#", "red", "0f5c5c", "#12", "#1234", "#12345", "#1234567", "#12345g", "#12345é", "#+12345",
        "#+12", "#-12", " #123456", "#123456 ", "url(x)", "#12 456", "##12345",
    ] {
        assert_eq!(Rgb::parse(bad), None, "{bad}");
    }
    assert!(cube().all(|colour| rgb(&colour.hex()) == colour));
}

/// Pairs from WCAG's techniques and common checkers, to two places.
#[test]
fn a11_04_contrast_is_that_of_wcag() {
    for (a, b, wanted) in [
        ("#000", "#fff", 21.0),
        ("#fff", "#fff", 1.0),
        ("#777", "#fff", 4.478),
        ("#767676", "#fff", 4.542),
        ("#595959", "#fff", 7.005),
        ("#949494", "#fff", 3.033),
        ("#f00", "#fff", 3.998),
        ("#0f0", "#fff", 1.372),
        ("#00f", "#fff", 8.592),
        ("#ff0", "#000", 19.556),
        ("#0a0a0a", "#000", 1.061),
    ] {
        let found = contrast(rgb(a), rgb(b));
        assert!((found - wanted).abs() < 0.002, "{a} {b}: {found}");
        assert!((contrast(rgb(b), rgb(a)) - found).abs() < f32::EPSILON);
    }
}

/// The definition in double precision, with the platform's powers.
#[test]
fn luminance_is_exact_for_every_shade() {
    for byte in 0..=255_u8 {
        let value = f64::from(byte) / 255.0;
        let exact = if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
        assert!((f64::from(linear(byte)) - exact).abs() < 1e-6, "{byte}");
        assert_eq!(channel(linear(byte)), byte);
    }
    assert_eq!((channel(-0.1), channel(1.1)), (0, 255));
}

#[test]
fn oklab_and_back_is_the_same_colour() {
    assert!(cube().all(|colour| Lab::of(colour).shown() == colour));
    // Known values of red (Ottosson's table).
    let Lab { light, a, b } = Lab::of(rgb("#f00"));
    assert!((light - 0.628).abs() < 0.001 && (a - 0.225).abs() < 0.001 && (b - 0.126).abs() < 0.001);
}

#[test]
fn a11_04_the_nearest_colour_passes_for_every_colour_and_one_that_passes_stays() {
    for against in [&LIGHT[..], &DARK[..], &[WHITE]] {
        for colour in cube() {
            let found = nearest(colour, against, READABLE).unwrap();
            assert!(lowest(found, against) >= READABLE, "{} → {}", colour.hex(), found.hex());
            if lowest(colour, against) >= READABLE {
                assert_eq!(found, colour);
            }
        }
    }
}

#[test]
fn nothing_nearer_of_the_same_hue_passes() {
    for colour in cube().filter(|colour| lowest(*colour, &LIGHT) < READABLE) {
        let (from, found) = (Lab::of(colour), nearest(colour, &LIGHT, READABLE).unwrap());
        let light = Lab::of(found).light;
        assert!(light < from.light, "{}", colour.hex());
        // A hundredth nearer, as far as that is still another colour.
        let nearer = Lab { light: (light + 0.01).min(from.light), ..from }.shown();
        assert!(lowest(nearer, &LIGHT) < READABLE, "{} {} {}", colour.hex(), found.hex(), nearer.hex());
    }
}

/// Of two ways, the shorter one.
#[test]
fn it_turns_darker_or_lighter_whichever_is_nearer() {
    let grey = rgb("#777");
    let (dark, light) = (nearest(rgb("#2a2a2a"), &[grey], 4.4), nearest(rgb("#eaeaea"), &[grey], 4.4));
    assert!(dark.unwrap().0[0] < 0x2a && light.unwrap().0[0] > 0xea, "{dark:?} {light:?}");
    assert_eq!(nearest(grey, &[grey], 5.0), None, "neither black nor white has that");
}

#[test]
fn the_hue_is_kept() {
    for text in ["#8aa77b", "#f2b705", "#ff6a00", "#e91e63", "#00bcd4"] {
        let (before, after) = (Lab::of(rgb(text)), Lab::of(nearest(rgb(text), &LIGHT, READABLE).unwrap()));
        let turned = before.b.atan2(before.a) - after.b.atan2(after.a);
        assert!(turned.abs() < 0.05, "{text}: {turned}");
    }
}

#[test]
fn what_accents_stand_on_is_what_the_style_sheet_says() {
    let tokens = include_str!("../../../www/tokens.css");
    let (light, dark) = tokens.split_once("@media (prefers-color-scheme: dark)").unwrap();
    let value = |sheet: &str, name: &str| {
        let (_, rest) = sheet.split_once(&format!("--{name}: ")).unwrap();
        rgb(rest.split(';').next().unwrap())
    };
    assert_eq!([value(light, "paper"), value(light, "surface")], LIGHT);
    assert_eq!([value(dark, "paper"), value(dark, "surface")], DARK);
    assert_eq!((value(light, "on-accent"), value(dark, "on-accent")), (WHITE, DARK[0]));
}
