//! The mail to a visitor who asked for it: there is an answer. It names nobody and nothing, since anybody may read over a
//! shoulder; only the address of the company's own page stands in it, if there is one.

use super::{super::compose::Answer, Subject};
use einwurf_protocol::notice::Register;

/// Always the same.
pub(super) const SUBJECT: Subject = ("Eine Antwort ist da", "An answer has arrived");

pub(super) fn text(register: Register, answer: Answer<'_>) -> String {
    let door = |words: &str| match answer.door {
        Some(door) => format!("\r\n\r\n{words}\r\n{door}"),
        None => String::new(),
    };
    match register {
        Register::DeFormal => format!(
            "Guten Tag,\r\n\r\nauf Ihre Nachricht gibt es eine Antwort. Der Inhalt steht nicht in dieser E-Mail: \
             Er ist verschlüsselt.\r\n\r\n\
             So lesen Sie sie: Öffnen Sie den privaten Link, den Sie aufbewahrt haben. Oder öffnen Sie die \
             Website, auf der Sie geschrieben haben, auf demselben Gerät, und dort die Nachrichten.{}\r\n\r\n\
             Diese E-Mail haben Sie gewünscht, als Sie geschrieben haben.\r\n",
            door("Die Seite für private Links:")
        ),
        Register::DeInformal => format!(
            "Hallo,\r\n\r\nauf deine Nachricht gibt es eine Antwort. Der Inhalt steht nicht in dieser E-Mail: \
             Er ist verschlüsselt.\r\n\r\n\
             So liest du sie: Öffne den privaten Link, den du aufbewahrt hast. Oder öffne die \
             Website, auf der du geschrieben hast, auf demselben Gerät, und dort die Nachrichten.{}\r\n\r\n\
             Diese E-Mail hast du gewünscht, als du geschrieben hast.\r\n",
            door("Die Seite für private Links:")
        ),
        Register::En => format!(
            "Hello,\r\n\r\nthere is an answer to your message. It is not in this mail: it is encrypted.\r\n\r\n\
             To read it, open the private link that you kept. Or open the website where you wrote, on the same \
             device, and your messages there.{}\r\n\r\n\
             You asked for this mail when you wrote.\r\n",
            door("The page for private links:")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn met_05_the_mail_about_an_answer_is_the_same_for_everybody() {
        for register in Register::ALL {
            let (plain, with) = (Answer { door: None }, Answer { door: Some("https://kern.example/post") });
            let (plain, with) = (text(register, plain), text(register, with));
            assert!(with.contains("\r\nhttps://kern.example/post\r\n") && !plain.contains("http"), "{with}");
            assert_eq!(with.lines().count(), plain.lines().count() + 3);
        }
    }
}
