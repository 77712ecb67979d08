//! What a site asks of programs that follow its links (RFC 9309).

use std::time::Duration;

/// What the site may call this program.
pub(crate) const NAME: &str = "einwurf-doctor";
/// The longest pause that is kept, whatever the site asks for: who asks is the owner.
const LONGEST: Duration = Duration::from_secs(5);

/// The rules of one site.
#[derive(Debug, Default)]
pub(crate) struct Robots {
    /// Whether it allows, and the pattern.
    rules: Vec<(bool, String)>,
    /// Between two requests.
    pub(crate) pause: Option<Duration>,
}

impl Robots {
    /// The group for this program, or else the one for all.
    pub(crate) fn read(text: &str) -> Self {
        let (mut own, mut all) = (Vec::new(), Vec::new());
        let (mut is_own, mut is_all, mut naming) = (false, false, false);
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            if key == "user-agent" {
                if !naming {
                    (is_own, is_all) = (false, false);
                }
                is_own |= value.eq_ignore_ascii_case(NAME) || value.eq_ignore_ascii_case("einwurf");
                is_all |= value == "*";
                naming = true;
                continue;
            }
            naming = false;
            for list in [is_own.then_some(&mut own), is_all.then_some(&mut all)].into_iter().flatten() {
                list.push((key.clone(), value.to_owned()));
            }
        }
        let mut robots = Self::default();
        for (key, value) in if own.is_empty() { all } else { own } {
            match key.as_str() {
                "allow" | "disallow" if !value.is_empty() => robots.rules.push((key == "allow", value)),
                "crawl-delay" => {
                    let seconds =
                        value.parse::<f64>().ok().and_then(|it| Duration::try_from_secs_f64(it).ok());
                    robots.pause = seconds.map(|it| it.min(LONGEST));
                }
                _ => {}
            }
        }
        robots
    }

    /// Whether a path with its query may be asked for: the longest pattern decides, of two as long the one that allows.
    pub(crate) fn allows(&self, path: &str) -> bool {
        let fits = self.rules.iter().filter(|(_, pattern)| fits(pattern, path));
        fits.max_by_key(|(allows, pattern)| (pattern.len(), *allows)).is_none_or(|(allows, _)| *allows)
    }
}

/// `*` stands for anything, `$` at the end for the end. Greedy without going back: a piece is looked for behind the last.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, whole) = pattern.strip_suffix('$').map_or((pattern, false), |it| (it, true));
    let mut pieces = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let mut last = None;
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = rest.get(at + piece.len()..).unwrap_or_default();
        last = Some(piece);
    }
    // With an end to meet, the last piece may stand further back than where it was found first.
    !whole || rest.is_empty() || last.is_some_and(|piece| rest.ends_with(piece))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_rule_of_the_right_group_decides() {
        let robots = Robots::read(
            "User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /intern/ # nobody\nAllow: /intern/offen\nDisallow: /*.pdf$\nDisallow:\nCrawl-delay: 2",
        );
        for (path, allowed) in [
            ("/", true),
            ("/intern/a", false),
            ("/intern/offen.html", true),
            ("/a.pdf", false),
            ("/a.pdf?x", true),
            ("/a.pdf/b.pdf", false),
        ] {
            assert_eq!(robots.allows(path), allowed, "{path}");
        }
        assert_eq!(robots.pause, Some(Duration::from_secs(2)));
    }

    #[test]
    fn our_own_group_replaces_the_one_for_all() {
        let text = "User-agent: *\nDisallow: /\nUser-agent: a\nUser-agent: Einwurf-Doctor\nDisallow: /x";
        assert!(Robots::read(text).allows("/") && !Robots::read(text).allows("/x"));
        assert!(Robots::read("").allows("/") && Robots::read("<html>404</html>").allows("/"));
    }

    #[test]
    fn a_pause_is_bounded() {
        let pause = |value: &str| Robots::read(&format!("User-agent: *\nCrawl-delay: {value}")).pause;
        assert_eq!(pause("86400"), Some(LONGEST));
        assert_eq!((pause("-1"), pause("NaN"), pause("1e400"), pause("soon")), (None, None, None, None));
        assert_eq!(pause("0.5"), Some(Duration::from_millis(500)));
    }

    #[test]
    fn a_hostile_pattern_ends_soon() {
        let pattern = format!("/{}x", "*a".repeat(5_000));
        assert!(
            Robots::read(&format!("User-agent: *\nDisallow: {pattern}"))
                .allows(&format!("/{}", "a".repeat(4_000)))
        );
    }
}
