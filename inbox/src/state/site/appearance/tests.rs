use super::*;
use crate::state::site::tests::facts;

fn display() -> Display {
    facts().display
}

fn typed(changes: &[(Part, &str)]) -> Typed {
    let mut typed = Typed::of(&display());
    for (part, text) in changes {
        typed.set(*part, (*text).to_owned());
    }
    typed
}

#[test]
fn a11_04_a_colour_that_cannot_be_read_is_refused_with_the_pair_the_ratio_and_the_nearest_that_can() {
    for (part, text, ground) in [(Part::Accent, "#8a7", "#fbf9f4"), (Part::Dark, "#234", "#18232a")] {
        let typed = typed(&[(part, text)]);
        let Some(Fault::Weak(weak)) = typed.fault(part) else { panic!("{text} passed") };
        assert_eq!((weak.colour, weak.ground.hex().as_str()), (Rgb::parse(text).unwrap(), ground));
        assert!((10..45).contains(&weak.tenths), "{}", weak.tenths);
        assert_eq!(typed.display(&display()), None, "and nothing is published");
        assert_eq!(typed.first_fault(), Some(part));
        let mut mended = typed.clone();
        mended.set(part, weak.nearest.hex());
        assert_eq!(mended.fault(part), None);
        assert!(mended.display(&display()).is_some() && mended.strength(part).unwrap() >= 45);
    }
}

/// #767676 has 4.54 on white, but 4.3 on paper; #737373 is the lightest grey that both hold.
#[test]
fn a11_04_one_shade_decides_and_what_fails_never_looks_as_if_it_held() {
    assert_eq!(typed(&[(Part::Accent, "#737373")]).fault(Part::Accent), None);
    let Some(Fault::Weak(weak)) = typed(&[(Part::Accent, "#747474")]).fault(Part::Accent) else { panic!() };
    assert_eq!(weak.tenths, 44);
    assert_eq!(weak.nearest.hex(), "#737373");
}

#[test]
fn what_is_typed_is_blamed_for_what_is_wrong_with_it() {
    for (part, text, fault) in [
        (Part::Accent, "", Some(Fault::Colour)),
        (Part::Accent, "teal", Some(Fault::Colour)),
        (Part::Accent, " #0F5c5C ", None),
        (Part::Dark, "", None),
        (Part::Dark, "#12", Some(Fault::Colour)),
        (Part::Radius, "", Some(Fault::Radius)),
        (Part::Radius, "-1", Some(Fault::Radius)),
        (Part::Radius, "0", None),
        (Part::Radius, "23", None),
        (Part::Radius, "24", None),
        (Part::Radius, "25", Some(Fault::Radius)),
        (Part::Radius, "1.5", Some(Fault::Radius)),
        (Part::Font, "", None),
        (Part::Font, "\"Open Sans\",  'Segoe UI' , Arial", None),
        (Part::Font, "url(https://evil.example/x)", Some(Fault::Font)),
        (Part::Font, "Lato; color: red", Some(Fault::Font)),
        (Part::Font, "Lato,", Some(Fault::Font)),
    ] {
        assert_eq!(typed(&[(part, text)]).fault(part), fault, "{part:?} {text}");
    }
}

#[test]
fn a_space_stays_where_somebody_is_typing() {
    assert_eq!(typed(&[(Part::Font, "Open ")]).get(Part::Font), "Open ");
    assert_eq!(typed(&[(Part::Font, "Open ")]).fault(Part::Font), None);
}

#[test]
fn what_is_published_comes_back_as_it_was_typed_and_the_usual_look_has_no_theme() {
    let usual = Typed::of(&display());
    assert_eq!(usual.display(&display()), Some(display()));
    let mut own = typed(&[
        (Part::Accent, "#8A1C1C"),
        (Part::Dark, "#f0b4a8"),
        (Part::Radius, "4"),
        (Part::Font, "\"Open Sans\", Arial"),
    ]);
    own.scheme = Scheme::Dark;
    let shown = own.display(&display()).unwrap();
    let theme = shown.theme.clone().unwrap();
    assert!(theme.is_sound());
    assert_eq!(
        (shown.accent.as_str(), theme.font.as_str(), theme.radius),
        ("#8a1c1c", "Open Sans, Arial", 4)
    );
    assert_eq!((&shown.phone, &shown.name), (&display().phone, &display().name), "and contact ways stay");
    assert_eq!(Typed::of(&shown).display(&shown), Some(shown));
    let dark = typed(&[(Part::Dark, "#f0b4a8")]).display(&display()).unwrap();
    assert_eq!(dark.theme.unwrap().accent_dark.as_deref(), Some("#f0b4a8"));
}

#[test]
fn what_somebody_typed_stays_when_a_colleague_publishes_and_else_follows() {
    let other = typed(&[(Part::Radius, "4")]).display(&display()).unwrap();
    let mut form = Appearance::default();
    form.take(&display());
    assert!(!form.is_changed());
    form.take(&other);
    assert_eq!((form.typed.get(Part::Radius), form.is_changed()), ("4", false));
    form.typed.set(Part::Accent, "#123456".into());
    form.take(&display());
    assert_eq!((form.typed.get(Part::Accent), form.typed.get(Part::Radius)), ("#123456", "4"));
    assert!(form.is_changed());
    form.drop_typed();
    assert_eq!(form.typed, Typed::of(&display()));
}

#[test]
fn contrast_is_told_while_somebody_types_and_half_a_colour_only_once_they_tried() {
    let mut form = Appearance::default();
    form.take(&display());
    form.typed.set(Part::Accent, "#8a".into());
    assert_eq!(form.fault_of(Part::Accent), None);
    form.tried = true;
    assert_eq!(form.fault_of(Part::Accent), Some(Fault::Colour));
    form.tried = false;
    form.typed.set(Part::Accent, "#8a7".into());
    assert!(matches!(form.fault_of(Part::Accent), Some(Fault::Weak(_))));
}

#[test]
fn a_snippet_says_of_the_look_what_differs_and_nothing_else() {
    assert_eq!(button(&Display { accent: "#0f5c5c".into(), ..display() }, false, 0), "");
    let own = typed(&[(Part::Accent, "#8a1c1c"), (Part::Radius, "4"), (Part::Font, "Lato")]);
    let own = own.display(&display()).unwrap();
    assert_eq!(
        button(&own, true, 80),
        "--einwurf-accent:#8a1c1c;--einwurf-radius:4px;--einwurf-font:Lato, system-ui;\
         --einwurf-inset:env(safe-area-inset-left) auto;--einwurf-bottom:calc(env(safe-area-inset-bottom) + 80px)"
    );
}

/// Whatever a manifest of another program says, it cannot add a declaration, and white words can be read on the button.
#[test]
fn a11_04_a_hostile_or_unreadable_look_makes_no_other_declaration_and_no_unreadable_button() {
    let theme =
        Theme { scheme: "auto".into(), radius: 99, font: "x;position:fixed".into(), accent_dark: None };
    let odd = Display { accent: "#fff;color:red".into(), theme: Some(theme), ..display() };
    assert_eq!(button(&odd, false, 0), "");
    let said = button(&Display { accent: "#ffee00".into(), ..display() }, false, 0);
    let colour = Rgb::parse(said.strip_prefix("--einwurf-accent:").unwrap()).unwrap();
    assert!(lowest(colour, &LIGHT) >= READABLE, "{said}");
}

#[test]
fn the_preview_shows_what_a_window_will_show() {
    let typed =
        typed(&[(Part::Accent, "#8a7"), (Part::Dark, "#123456"), (Part::Radius, "9"), (Part::Font, "a;b")]);
    let shown = typed.shown();
    assert_eq!(
        (shown.panel.as_str(), shown.control.as_str(), shown.font.as_str()),
        ("9px", "6px", "inherit")
    );
    for (colour, against) in [(&shown.accent, &LIGHT), (&shown.dark, &DARK)] {
        assert!(lowest(Rgb::parse(colour).unwrap(), against) >= READABLE, "{colour}");
    }
    assert_eq!(Typed::of(&display()).shown().accent, display().accent, "what can be read is shown as it is");
}
