//! What the administration pages share.

use crate::{state::fault::Fault, texts::Pick};

/// Which part of the settings is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Area {
    /// Mail, language, colours.
    #[default]
    Mail,
    /// Who may do what.
    Team,
    /// The website.
    Site,
    /// The member's own access.
    Account,
    /// What the team shares: canned replies, topics, hours.
    Office,
}

impl Area {
    /// All, in the order of the page.
    pub const ALL: [Self; 5] = [Self::Mail, Self::Team, Self::Site, Self::Account, Self::Office];

    /// Its name.
    pub fn name(self) -> Pick {
        match self {
            Self::Mail => |t| &t.area_mail,
            Self::Office => |t| &t.area_office,
            Self::Team => |t| &t.area_team,
            Self::Site => |t| &t.area_site,
            Self::Account => |t| &t.area_account,
        }
    }
}

/// What a page says about what was asked for.
#[derive(Debug, Clone, Copy, Default)]
pub enum Said {
    /// Nothing.
    #[default]
    Nothing,
    /// It is under way.
    Busy(Pick),
    /// It is done.
    Good(Pick),
    /// It did not work.
    Care(Pick),
}

impl Said {
    /// What a failed act means here: nothing that was typed is lost.
    pub fn failed(fault: Fault) -> Self {
        Self::Care(match fault {
            Fault::Conflict => |t| &t.admin_conflict,
            Fault::Stale => |t| &t.admin_cancelled,
            other => other.sentence(),
        })
    }

    /// Whether something is under way, so that nothing else may begin.
    pub fn is_busy(self) -> bool {
        matches!(self, Self::Busy(_))
    }
}

#[cfg(test)]
mod changes;
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_under_way_blocks_what_is_next() {
        assert!(Said::Busy(|t| &t.mail_saving).is_busy());
        assert!(
            ![Said::Nothing, Said::Good(|t| &t.mail_saved), Said::Care(|t| &t.fault_away)]
                .iter()
                .any(|said| said.is_busy())
        );
    }
}
