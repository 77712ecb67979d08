//! How button and window look: what is typed, whether it can be read, and what is published of it. A colour that words
//! cannot be read on is refused, and the nearest that they can be is offered (A11-04).

use einwurf_protocol::{
    colour::{DARK, LIGHT, READABLE, Rgb, lowest, nearest},
    manifest::Display,
    theme::{RADIUS, Scheme, Theme, is_families},
};

/// Corners of a window without a theme, as its style sheet has them.
const CORNERS: u32 = 12;

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The brand colour.
    Accent,
    /// The same in the dark; empty: found by itself.
    Dark,
    /// Corners in pixels.
    Radius,
    /// Font families; empty: the system's.
    Font,
}

impl Part {
    /// All, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Accent, Self::Dark, Self::Radius, Self::Font];

    /// Id of its field.
    pub fn id(self) -> &'static str {
        match self {
            Self::Accent => "accent",
            Self::Dark => "accent-dark",
            Self::Radius => "radius",
            Self::Font => "font",
        }
    }
}

/// A colour that cannot be read where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weak {
    /// The colour.
    pub colour: Rgb,
    /// What it is worst to read on.
    pub ground: Rgb,
    /// Tenths of the contrast, rounded down: what fails never looks as if it held.
    pub tenths: u32,
    /// The nearest one that can be read.
    pub nearest: Rgb,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Not a colour.
    Colour,
    /// Not to be read.
    Weak(Weak),
    /// Not a whole number from 0 to [`RADIUS`].
    Radius,
    /// Not names of families.
    Font,
}

/// What is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// By the number of [`Part`].
    texts: [String; 4],
    /// Light or dark.
    pub scheme: Scheme,
}

impl Typed {
    /// What is published; where a theme says nothing that can be shown, the default.
    pub fn of(display: &Display) -> Self {
        let theme = display.theme.as_ref();
        let radius = theme.and_then(Theme::radius).unwrap_or(CORNERS).to_string();
        let font = theme.and_then(Theme::font).unwrap_or_default().to_owned();
        let dark = theme.and_then(Theme::accent_dark).map(Rgb::hex).unwrap_or_default();
        let scheme = theme.and_then(Theme::scheme).unwrap_or_default();
        Self { texts: [display.accent.clone(), dark, radius, font], scheme }
    }

    /// What is typed in a field, to the letter: somebody may be between two words.
    pub fn get(&self, part: Part) -> &str {
        self.texts.get(part as usize).map_or("", String::as_str)
    }

    fn trimmed(&self, part: Part) -> &str {
        self.get(part).trim()
    }

    /// Somebody typed.
    pub fn set(&mut self, part: Part, text: String) {
        if let Some(value) = self.texts.get_mut(part as usize) {
            *value = text;
        }
    }

    /// The colour of a field, as far as it is one.
    pub fn colour(&self, part: Part) -> Option<Rgb> {
        Rgb::parse(self.trimmed(part))
    }

    /// Families as people copy them from a style sheet, without their quotes.
    fn families(&self) -> String {
        let bare = self.get(Part::Font).replace(['"', '\''], "");
        bare.split(',')
            .map(|family| family.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// What is wrong with a field.
    pub fn fault(&self, part: Part) -> Option<Fault> {
        let empty = self.trimmed(part).is_empty();
        match part {
            Part::Accent => self.weak(part, &LIGHT),
            Part::Dark if empty => None,
            Part::Dark => self.weak(part, &DARK),
            Part::Radius => self.radius().is_none().then_some(Fault::Radius),
            Part::Font => (!empty && !is_families(&self.families())).then_some(Fault::Font),
        }
    }

    /// The first field that keeps it from being published.
    pub fn first_fault(&self) -> Option<Part> {
        Part::ALL.into_iter().find(|part| self.fault(*part).is_some())
    }

    fn weak(&self, part: Part, against: &[Rgb]) -> Option<Fault> {
        let Some(colour) = self.colour(part) else { return Some(Fault::Colour) };
        if lowest(colour, against) >= READABLE {
            return None;
        }
        let contrast = |ground: &Rgb| lowest(colour, &[*ground]);
        let ground = *against.iter().min_by(|a, b| contrast(a).total_cmp(&contrast(b)))?;
        let nearest = nearest(colour, against, READABLE)?;
        Some(Fault::Weak(Weak { colour, ground, tenths: tenths(contrast(&ground)), nearest }))
    }

    /// Tenths of the contrast of a colour that can be read.
    pub fn strength(&self, part: Part) -> Option<u32> {
        let against = if part == Part::Dark { &DARK } else { &LIGHT };
        let strength = lowest(self.colour(part)?, against);
        (strength >= READABLE).then(|| tenths(strength))
    }

    fn radius(&self) -> Option<u32> {
        self.trimmed(Part::Radius).parse().ok().filter(|radius| *radius <= RADIUS)
    }

    /// What would be published: `display` with this look. None while something is wrong.
    pub fn display(&self, display: &Display) -> Option<Display> {
        if self.first_fault().is_some() {
            return None;
        }
        let dark = self.colour(Part::Dark).map(Rgb::hex);
        let theme = Theme {
            scheme: self.scheme.name().to_owned(),
            radius: self.radius()?,
            font: self.families(),
            accent_dark: dark,
        };
        // Who changes nothing of it publishes what an app of before this understands.
        let usual = self.scheme == Scheme::Auto && theme.radius == CORNERS && theme.font.is_empty();
        let theme = Some(theme).filter(|theme| !usual || theme.accent_dark.is_some());
        Some(Display { accent: self.colour(Part::Accent)?.hex(), theme, ..display.clone() })
    }

    /// The look for a preview, as a widget would show it: of what is no look the default, and of a colour that cannot be
    /// read the nearest that can.
    pub fn shown(&self) -> Shown {
        let accent = self.colour(Part::Accent).unwrap_or(DEFAULT);
        let readable = |colour, against| nearest(colour, against, READABLE).unwrap_or(DEFAULT);
        let radius = self.radius().unwrap_or(CORNERS);
        let families = self.families();
        let font =
            if is_families(&families) { families + ", system-ui, sans-serif" } else { "inherit".into() };
        Shown {
            accent: readable(accent, &LIGHT).hex(),
            dark: readable(self.colour(Part::Dark).unwrap_or(accent), &DARK).hex(),
            panel: format!("{radius}px"),
            control: format!("{}px", radius * 2 / 3),
            button: if radius == CORNERS { "28px".into() } else { format!("{radius}px") },
            font,
        }
    }
}

/// The accent of a site that has chosen none.
const DEFAULT: Rgb = Rgb([0x0f, 0x5c, 0x5c]);

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a contrast is 1 to 21")]
fn tenths(contrast: f32) -> u32 {
    (contrast * 10.0).floor() as u32
}

/// Values of the preview's custom properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The accent in the light.
    pub accent: String,
    /// The accent in the dark.
    pub dark: String,
    /// Corners of panels.
    pub panel: String,
    /// Corners of controls.
    pub control: String,
    /// Corners of the button.
    pub button: String,
    /// Families.
    pub font: String,
}

/// The form with what it began from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Appearance {
    /// What is typed.
    pub typed: Typed,
    /// What is published.
    published: Typed,
    /// Faults are shown.
    pub tried: bool,
}

impl Appearance {
    /// Takes up what is published. The form shows it unless somebody has typed something else.
    pub fn take(&mut self, display: &Display) {
        let published = Typed::of(display);
        // What was typed may have been published just now, in other letters.
        if self.typed == self.published || self.typed.display(display).as_ref() == Some(display) {
            self.typed = published.clone();
            self.tried = false;
        }
        self.published = published;
    }

    /// Shows what is published again.
    pub fn drop_typed(&mut self) {
        self.typed = self.published.clone();
        self.tried = false;
    }

    /// Whether there is something to publish, or to drop.
    pub fn is_changed(&self) -> bool {
        self.typed != self.published
    }

    /// What is wrong with a field. Contrast is told while somebody types, everything else once they tried.
    pub fn fault_of(&self, part: Part) -> Option<Fault> {
        self.typed.fault(part).filter(|fault| self.tried || matches!(fault, Fault::Weak(_)))
    }
}

/// The button of a snippet, as declarations for `data-look`: what differs from the button's own style sheet. Empty if
/// nothing does. `start` puts it where lines begin, `lift` is how many pixels higher it lies.
pub fn button(display: &Display, start: bool, lift: u32) -> String {
    let theme = display.theme.as_ref();
    let accent = Rgb::parse(&display.accent).and_then(|accent| nearest(accent, &LIGHT, READABLE));
    let accent = accent.filter(|accent| *accent != DEFAULT).map(|accent| format!("accent:{}", accent.hex()));
    let radius = theme.and_then(Theme::radius).filter(|radius| *radius != CORNERS);
    let radius = radius.map(|radius| format!("radius:{radius}px"));
    let font = theme.and_then(Theme::font).map(|font| format!("font:{font}, system-ui"));
    let inset = start.then(|| "inset:env(safe-area-inset-left) auto".to_owned());
    let bottom = (lift > 0).then(|| format!("bottom:calc(env(safe-area-inset-bottom) + {lift}px)"));
    let all = [accent, radius, font, inset, bottom].into_iter().flatten();
    all.map(|one| format!("--einwurf-{one}")).collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests;
