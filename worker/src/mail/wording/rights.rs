//! Mails about rights: copies to be deleted, requests that are due, the daily head of the consent records. They name a
//! conversation by its code and say nothing of what is in it.

use super::{
    super::{
        compose::{Copies, Due, Head},
        dates::day,
    },
    Subject, shown,
};
use einwurf_protocol::notice::Register;

/// Always the same.
pub(super) const COPIES: Subject = (
    "Eine Unterhaltung wurde gelöscht: bitte Kopien löschen",
    "A conversation was erased: please delete copies",
);
/// Always the same.
pub(super) const DUE: Subject =
    ("Die Frist für eine Anfrage im Einwurf-Postfach endet", "A request in your Einwurf inbox is due");
/// Always the same.
pub(super) const HEAD: Subject =
    ("Tagesstand der Einwilligungsnachweise", "Daily head of the consent records");

pub(super) fn copies(register: Register, copies: &Copies<'_>, link: &str) -> String {
    let (code, day) = (copies.code, day(register, copies.until));
    match register {
        Register::DeFormal => format!(
            "Guten Tag,\r\n\r\ndie Unterhaltung {code} wurde gelöscht. Bitte löschen Sie bis zum {day} auch, was Sie \
             daraus kopiert oder weitergegeben haben, und vermerken Sie das im Postfach.\r\n\r\n\
             Nicht gemeint ist, was Sie vorher als Vorgang übernommen haben und aufbewahren müssen.\r\n\r\n\
             Ihr Postfach öffnen:\r\n{link}\r\n"
        ),
        Register::DeInformal => format!(
            "Hallo,\r\n\r\ndie Unterhaltung {code} wurde gelöscht. Bitte lösche bis zum {day} auch, was du \
             daraus kopiert oder weitergegeben hast, und vermerke das im Postfach.\r\n\r\n\
             Nicht gemeint ist, was du vorher als Vorgang übernommen hast und aufbewahren musst.\r\n\r\n\
             Dein Postfach öffnen:\r\n{link}\r\n"
        ),
        Register::En => format!(
            "Hello,\r\n\r\nthe conversation {code} was erased. By {day}, please also delete what you copied from it \
             or passed on, and say so in the inbox.\r\n\r\n\
             This is not about what you took over as a business matter before and have to keep.\r\n\r\n\
             Open your inbox:\r\n{link}\r\n"
        ),
    }
}

pub(super) fn due(register: Register, due: &Due<'_>, link: &str) -> String {
    let (code, day) = (due.code, day(register, due.due));
    match register {
        Register::DeFormal => format!(
            "Guten Tag,\r\n\r\nzur Unterhaltung {code} ist eine Anfrage zu Datenschutz-Rechten offen. \
             Sie ist bis zum {day} zu beantworten.\r\n\r\nIhr Postfach öffnen:\r\n{link}\r\n"
        ),
        Register::DeInformal => format!(
            "Hallo,\r\n\r\nzur Unterhaltung {code} ist eine Anfrage zu Datenschutz-Rechten offen. \
             Die Antwort ist bis zum {day} fällig.\r\n\r\nDein Postfach öffnen:\r\n{link}\r\n"
        ),
        Register::En => format!(
            "Hello,\r\n\r\na request about data protection rights is open for the conversation {code}. \
             The answer is due by {day}.\r\n\r\nOpen your inbox:\r\n{link}\r\n"
        ),
    }
}

/// For whoever keeps it: usually not a member, so that it has no link.
pub(super) fn head(register: Register, head: &Head<'_>) -> String {
    let (company, Head { day, count, root, signed, .. }) = (shown(head.company), head);
    match register {
        Register::DeFormal => format!(
            "Guten Tag,\r\n\r\nder Stand der Einwilligungsnachweise von {company} am Ende des {day} (UTC): \
             {count} Einträge.\r\n\r\nPrüfwert:\r\n{root}\r\n\r\nUnterschriebener Stand:\r\n{signed}\r\n\r\n\
             Bewahren Sie diese E-Mail auf. Mit ihr ist zu erkennen, ob ein Nachweis später verändert wurde.\r\n"
        ),
        Register::DeInformal => format!(
            "Hallo,\r\n\r\nder Stand der Einwilligungsnachweise von {company} am Ende des {day} (UTC): \
             {count} Einträge.\r\n\r\nPrüfwert:\r\n{root}\r\n\r\nUnterschriebener Stand:\r\n{signed}\r\n\r\n\
             Bewahre diese E-Mail auf. Mit ihr ist zu erkennen, ob ein Nachweis später verändert wurde.\r\n"
        ),
        Register::En => format!(
            "Hello,\r\n\r\nthe consent records of {company} at the end of {day} (UTC): {count} entries.\r\n\r\n\
             Check value:\r\n{root}\r\n\r\nSigned head:\r\n{signed}\r\n\r\n\
             Keep this mail. It shows whether a record was changed later.\r\n"
        ),
    }
}
