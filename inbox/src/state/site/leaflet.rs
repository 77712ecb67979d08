//! What leads to the page that stands alone: a code as a picture, a poster, a link for pages that allow nothing else.

use super::{Facts, door::attribute, hosted, png::png, snippet::Look};
use crate::state::sheet::picture;
use einwurf_protocol::poster::{Code, Paper, Poster, QUIET};
use fast_qr::qr::QRBuilder;

/// The poster's page; none if nobody could scan its code.
pub fn poster(facts: &Facts, look: &Look, paper: Paper) -> Option<String> {
    let (address, ways) = (printable(facts)?, hosted::ways(facts));
    let drawn = picture(&address)?;
    let poster =
        Poster { register: look.register, name: &facts.display.name, address: &address, ways: &ways };
    Some(poster.page(paper, Code { size: drawn.size, path: &drawn.path }))
}

/// The code as a file for printers.
pub fn svg(facts: &Facts) -> Option<String> {
    let drawn = picture(&printable(facts)?)?;
    let (size, path) = (drawn.size, drawn.path);
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{size}\" height=\"{size}\" fill=\"#fff\"/><path d=\"{path}\"/></svg>"
    ))
}

/// The code as a file for profiles and office programs.
pub fn pixels(facts: &Facts) -> Option<Vec<u8>> {
    let code = QRBuilder::new(printable(facts)?).build().ok()?;
    let dark = |x: usize, y: usize| {
        let (Some(x), Some(y)) = (x.checked_sub(QUIET), y.checked_sub(QUIET)) else { return false };
        x < code.size && y < code.size && code[y].get(x).is_some_and(|module| module.value())
    };
    png(code.size + 2 * QUIET, dark)
}

fn printable(facts: &Facts) -> Option<String> {
    Some(hosted::address(facts)).filter(|address| hosted::is_printable(address))
}

/// An ordinary link with the button's words.
pub fn link(facts: &Facts, look: &Look) -> String {
    format!("<a href=\"{}\">{}</a>", attribute(&hosted::address(facts)), attribute(look.words()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::site::tests::facts;
    use einwurf_protocol::notice::Register;

    fn with(door: &str) -> Facts {
        Facts { door: Some(door.to_owned()), ..facts() }
    }

    #[test]
    fn poster_and_files_hold_the_code_of_the_same_address() {
        let facts = with("https://post.firma.example/");
        let drawn = picture("https://post.firma.example/").unwrap();
        for register in Register::ALL {
            let page = poster(&facts, &Look { register, ..Look::default() }, Paper::A4).unwrap();
            assert!(page.contains(&drawn.path) && page.contains(&facts.display.name), "{register}");
        }
        let file = svg(&facts).unwrap();
        assert!(file.contains(&drawn.path) && file.starts_with("<svg xmlns="));
        // Sixteen pixels a module, and the middle of the upper left finder is dark where the path says so.
        let pixels = pixels(&facts).unwrap();
        let side = u32::try_from(drawn.size * 16).unwrap().to_be_bytes();
        assert_eq!(pixels[16..20], side);
        let row = |y: usize| 8 + 25 + 8 + 2 + 5 + y * 16 * (drawn.size * 2 + 1) + 1;
        assert_eq!(pixels[row(3) + 4 * 2], 0xff, "quiet zone");
        assert_eq!(pixels[row(4) + 4 * 2], 0, "finder");
    }

    #[test]
    fn what_nobody_could_scan_is_not_drawn() {
        let facts = with(&format!("https://post.firma.example/{}", "a".repeat(200)));
        assert_eq!(
            (poster(&facts, &Look::default(), Paper::A6), svg(&facts), pixels(&facts)),
            (None, None, None)
        );
    }

    #[test]
    fn a_link_is_markup_of_its_own_whatever_its_words() {
        let look = Look { label: "\"><script>".into(), ..Look::default() };
        let link = link(&with("https://post.firma.example/?a=1&b=2"), &look);
        assert_eq!(link, "<a href=\"https://post.firma.example/?a=1&amp;b=2\">&quot;&gt;&lt;script&gt;</a>");
    }
}
