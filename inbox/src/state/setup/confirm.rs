//! The recovery code is asked back: two of its groups, so that nobody goes on without having written it down.

use einwurf_seal::CryptoRng;

/// Groups of the code that may be asked for; the last one is a checksum.
const GROUPS: u32 = 8;

/// The question and what was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Confirm {
    /// Which groups are asked for, from 0, in order.
    pub asked: [usize; 2],
    /// What was typed.
    pub typed: [String; 2],
    /// It did not fit.
    pub wrong: bool,
}

impl Confirm {
    /// Draws two different groups.
    pub fn draw(rng: &mut impl CryptoRng) -> Self {
        let first = rng.next_u32() % GROUPS;
        let second = (first + 1 + rng.next_u32() % (GROUPS - 1)) % GROUPS;
        let index = |group: u32| usize::try_from(group).unwrap_or_default();
        Self { asked: [index(first.min(second)), index(first.max(second))], ..Self::default() }
    }

    /// Whether both groups were typed as they stand in `code`; case, spaces, O and 0, I, L and 1 are forgiven.
    pub fn fits(&self, code: &str) -> bool {
        let groups: Vec<_> = code.split('-').collect();
        self.asked.iter().zip(&self.typed).all(|(group, typed)| {
            groups.get(*group).is_some_and(|group| !group.is_empty() && plain(group) == plain(typed))
        })
    }
}

fn plain(text: &str) -> String {
    let letters = text.chars().filter(char::is_ascii_alphanumeric);
    let forgiven = letters.map(|letter| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    });
    forgiven.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;

    const CODE: &str = "A1B2-C3D4-E5F6-G7H8-J9K0-M1N2-P3Q4-R5S6-T7V8";

    #[test]
    fn two_different_groups_are_asked_for_in_their_order() {
        let mut dice = Dice::new(5);
        for _ in 0..200 {
            let [first, second] = Confirm::draw(&mut dice).asked;
            assert!(first < second && second < 8);
        }
    }

    #[test]
    fn what_stands_on_the_sheet_fits_however_it_is_typed() {
        let typed = |first: &str, second: &str| Confirm {
            asked: [0, 4],
            typed: [first.into(), second.into()],
            wrong: false,
        };
        assert!(typed("A1B2", "J9K0").fits(CODE));
        assert!(typed(" alb2 ", "j9 ko").fits(CODE));
        assert!(!typed("A1B2", "").fits(CODE));
        assert!(!typed("A1B2", "J9K1").fits(CODE));
        assert!(!Confirm { asked: [0, 20], typed: ["A1B2".into(), String::new()], wrong: false }.fits(CODE));
    }
}
