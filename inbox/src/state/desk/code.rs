//! The code of a conversation, as a person reads it out or types it.

use einwurf_protocol::codec::CROCKFORD;

/// Characters of a code without its dashes.
const CHARS: usize = 12;

/// The code as it is written, from what a person typed: capital or small, with or without dashes and blanks, O for 0 and
/// I or L for 1. None if it is no code.
pub fn read(typed: &str) -> Option<String> {
    let plain = typed.chars().filter(|one| !one.is_whitespace() && *one != '-').map(canonical);
    let plain: String = plain.collect::<Option<_>>()?;
    let groups: Vec<_> = [plain.get(..4), plain.get(4..8), plain.get(8..)].into_iter().flatten().collect();
    (plain.len() == CHARS).then(|| groups.join("-"))
}

fn canonical(one: char) -> Option<char> {
    let one = match one.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    u8::try_from(one).is_ok_and(|byte| CROCKFORD.contains(&byte)).then_some(one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::ids::Cid;

    #[test]
    fn rgt_06_a_code_is_found_however_it_is_typed() {
        let code = Cid([0x5a; 32]).code();
        let bare = code.replace('-', "");
        for typed in
            [code.clone(), code.to_lowercase(), bare.clone(), format!("  {} ", code.replace('-', " "))]
        {
            assert_eq!(read(&typed), Some(code.clone()), "{typed}");
        }
        assert_eq!(read("O1Il-0000-0000"), Some("0111-0000-0000".into()));
        for wrong in
            ["", &bare[1..], &format!("{bare}0"), "UUUU-0000-0000", "0000-0000-000ä", "Fenster klemmt"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
