//! What somebody finds who looks at the demo: three conversations, one of them answered, a picture, and a second member.

use crate::{colleague, files::Sealed, http::Http, seed::Site, staff::Staff, visitor::Visitor};
use anyhow::{Context, Result};
use einwurf_protocol::{notice::Register, roster::Capability};
use std::fs;

/// What the second member may do.
const MAY: &[Capability] = &[Capability::Read, Capability::Sign];

/// Fills a new site as visitors and staff would.
pub fn fill(http: &Http, site: &Site) -> Result<()> {
    let mut admin = Staff::login(http, site)?;
    let anna = colleague::join_over(http, site, &mut admin, MAY)?;

    let mut asks = visitor(http, site, Register::DeFormal)?;
    asks.open("Guten Tag, im Bad im Erdgeschoss zieht es durch das Fenster.")?;
    asks.write("Lohnt sich eine neue Dichtung, oder brauchen wir ein neues Fenster? Es ist von 1994.")?;
    let address = asks.address.clone().context("no address")?;
    // Nobody answers before it stands in the list.
    anna.count(1)?;
    anna.answer(
        &address,
        "Guten Tag, bei einem Rahmen in gutem Zustand reicht meist die Dichtung. Wir sehen es uns gern an, \
         am besten am Donnerstagvormittag. Passt Ihnen das?",
    )?;

    let mut shows = visitor(http, site, Register::DeFormal)?;
    let picture = fs::read(xtask::paths::root().join("www/icons/inbox-512.png"))?;
    let described = ("bild-1.png", "image/png", "Ein Zeichen, das auf eine Scheibe soll");
    let file = Sealed::content(&shows.conversation.cid(), &picture, described)?;
    let files = [file];
    shows.open_with("Können Sie dieses Zeichen auf unsere Ladentür kleben? Ein Bild ist dabei.", &files)?;
    files.iter().try_for_each(|file| shows.put_file(file))?;

    visitor(http, site, Register::En)?
        .open("Hello, do you also repair roller shutters, and how long is the wait at the moment?")?;
    admin.count(3)
}

fn visitor(http: &Http, site: &Site, register: Register) -> Result<Visitor> {
    Visitor::agree(http, &site.into(), register)
}
