//! Every state of the galleries in every language and theme, for axe-core (A11-01) and at 320 px (A11-04). Building a gallery
//! takes minutes, so that these run when somebody asks for them: `cargo xtask gallery` first, then
//! `cargo test -p einwurf-tests --test gallery -- --ignored`. What a journey shows is looked at in the journey.

use anyhow::Result;
use einwurf_tests::gallery::{faults, walk};

fn inbox(part: (usize, usize)) -> Result<()> {
    let mut wrong = Vec::new();
    let count = walk("inbox", &["de", "en"], part, |browser, shown| {
        wrong.extend(faults(browser, shown)?);
        Ok(())
    })?;
    assert_eq!(wrong, Vec::<String>::new());
    assert!(count > 50, "{count} states");
    Ok(())
}

#[test]
#[ignore = "needs `cargo xtask gallery`"]
fn a11_01_every_state_of_the_inbox_is_accessible_and_fits_one_half() -> Result<()> {
    inbox((0, 2))
}

#[test]
#[ignore = "needs `cargo xtask gallery`"]
fn a11_01_every_state_of_the_inbox_is_accessible_and_fits_the_other_half() -> Result<()> {
    inbox((1, 2))
}
