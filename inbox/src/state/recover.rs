//! Coming back with the emergency sheet: its code is a member's keys, and with them its holder invites and admits
//! themselves under a new account.

use crate::state::{
    fault::Fault,
    field::{FieldFault, Rule, Spec},
    join::{ACCOUNT, PASSWORD},
    login,
    start::Start,
};
use einwurf_protocol::{
    api::admin::SiteState,
    roster::{Capability, Member, Roster},
};
use einwurf_seal::{RecoveryCode, SealError};
use zeroize::Zeroizing;

/// The link on the sheet, asked for only if the page was not opened by it.
pub const LINK: Spec = Spec::new("link", |t| &t.recover_link, Rule::Text).hint(|t| &t.recover_link_hint);
/// The code.
pub const CODE: Spec = Spec::new("code", |t| &t.recover_code, Rule::Text).hint(|t| &t.recover_code_hint);
/// The name.
pub const NAME: Spec = Spec::new("name", |t| &t.ask_name, Rule::Text).autocomplete("name");

/// What is done, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The code logs in, and the site is verified.
    Entering,
    /// The new account is made.
    Account,
    /// It is admitted and published.
    Admitting,
    /// The first login with it.
    Login,
}

impl Stage {
    /// In order.
    pub const ALL: [Self; 4] = [Self::Entering, Self::Account, Self::Admitting, Self::Login];
}

/// The page.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Recover {
    /// The link, if it had to be asked for.
    pub link: String,
    /// The code, while it is typed and used.
    pub code: Zeroizing<String>,
    /// Name.
    pub name: String,
    /// Account name.
    pub account: String,
    /// Password, while it is typed and used.
    pub password: Zeroizing<String>,
    /// Faults are shown: somebody tried to go on.
    pub tried: bool,
    /// What is under way.
    pub stage: Option<Stage>,
    /// Whose access would end, by the roster: waits for a yes or no.
    pub replaces: Option<String>,
    /// What went wrong.
    pub fault: Option<Fault>,
}

impl std::fmt::Debug for Recover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Recover({:?}, typed text hidden)", self.stage)
    }
}

impl Recover {
    /// What does not fit about the code as it stands; nothing is blamed while it is empty.
    pub fn code_fault(&self) -> Option<FieldFault> {
        if self.code.trim().is_empty() {
            return None;
        }
        RecoveryCode::from_text(&self.code).err().map(|error| match error {
            SealError::RecoveryLength => FieldFault::CodeLength,
            SealError::RecoveryCharacter => FieldFault::CodeCharacter,
            _ => FieldFault::CodeChecksum,
        })
    }

    /// What is typed in a field.
    pub fn value(&self, spec: &Spec) -> &str {
        match spec.id {
            id if id == LINK.id => &self.link,
            id if id == CODE.id => &self.code,
            id if id == NAME.id => &self.name,
            id if id == ACCOUNT.id => &self.account,
            _ => &self.password,
        }
    }

    /// The first field that is not in order.
    pub fn first_fault(&self, site_known: bool) -> Option<&'static str> {
        let asks = [CODE, NAME, ACCOUNT, PASSWORD];
        if !site_known && Start::of_link(&self.link).is_none() {
            return Some(LINK.id);
        }
        if self.code_fault().is_some() {
            return Some(CODE.id);
        }
        asks.iter().find(|spec| spec.rule.check(self.value(spec)).is_some()).map(|spec| spec.id)
    }

    /// The fault to show at a field. The code says itself what does not fit.
    pub fn fault_of(&self, spec: &Spec) -> Option<FieldFault> {
        let fault = spec.rule.check(self.value(spec)).or_else(|| match spec.id {
            id if id == LINK.id => Start::of_link(&self.link).is_none().then_some(FieldFault::Link),
            id if id == CODE.id => self.code_fault(),
            _ => None,
        });
        fault.filter(|_| self.tried)
    }
}

/// What somebody who has nothing but the sheet may do.
pub const MAY: [Capability; 3] = [Capability::Sign, Capability::Read, Capability::Audit];

/// The person of the verified roster whom the relay names for this account: the new one would take their place. Which
/// account is whose is the relay's word alone, so somebody has to see the name and say yes first. None if the name is free,
/// or nobody's who could be replaced.
pub fn replaced<'a>(state: &SiteState, roster: &'a Roster, account: &str) -> Option<&'a Member> {
    let wanted = login::account(account);
    let named = state.accounts.iter().find(|known| login::account(&known.account) == wanted)?;
    roster.member(&named.member).filter(|member| member.is_person())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Dice, answers, site_state, staff};
    use einwurf_protocol::ids::Thumbprint;

    fn typed() -> Recover {
        Recover {
            code: Zeroizing::new(RecoveryCode::generate(&mut Dice::new(4)).to_text().to_string()),
            name: "Anna".into(),
            account: "anna@firma.example".into(),
            password: Zeroizing::new("zebra-lampe-3".into()),
            ..Recover::default()
        }
    }

    #[test]
    fn a_code_is_read_forgivingly_and_its_fault_is_named() {
        let good = typed();
        assert_eq!(good.code_fault(), None);
        let code = |text: String| Recover { code: Zeroizing::new(text), ..typed() };
        assert_eq!(code(good.code.to_lowercase().replace('-', " ")).code_fault(), None);
        let length = good.code.len();
        assert_eq!(code(good.code[..length - 1].to_owned()).code_fault(), Some(FieldFault::CodeLength));
        assert_eq!(
            code(format!("{}U", &good.code[..length - 1])).code_fault(),
            Some(FieldFault::CodeCharacter)
        );
        let other = if good.code.ends_with('0') { '1' } else { '0' };
        let mistyped = format!("{}{other}", &good.code[..length - 1]);
        assert_eq!(code(mistyped).code_fault(), Some(FieldFault::CodeChecksum));
        assert_eq!(code(String::new()).code_fault(), None);
    }

    #[test]
    fn the_first_field_out_of_order_takes_the_focus() {
        let good = typed();
        assert_eq!(good.first_fault(true), None);
        assert_eq!(good.first_fault(false), Some(LINK.id));
        let link = format!("https://r.example/inbox#site=a&pin={}&recover", Thumbprint([1; 32]));
        assert_eq!(Recover { link, ..good.clone() }.first_fault(false), None);
        assert_eq!(Recover { code: Zeroizing::default(), ..good.clone() }.first_fault(true), Some(CODE.id));
        assert_eq!(Recover { account: "anna".into(), ..good.clone() }.first_fault(true), Some(ACCOUNT.id));
        let tried = Recover { tried: true, link: "https://r.example/inbox".into(), ..good };
        assert_eq!(tried.fault_of(&LINK), Some(FieldFault::Link));
        assert!(!format!("{tried:?}").contains("zebra"));
    }

    #[test]
    fn an_account_of_the_same_name_is_replaced_and_others_stay() {
        let (state, roster) = (site_state(1), staff(1).site.roster);
        let found = replaced(&state, &roster, " ANNA@fensterbau.example").unwrap();
        assert_eq!((found.id, found.name.as_str()), (state.accounts[0].member, answers().name.as_str()));
        assert_eq!(replaced(&state, &roster, "neu@fensterbau.example"), None);
    }

    #[test]
    fn a_relay_cannot_have_the_sheet_or_a_stranger_replaced() {
        let (mut state, roster) = (site_state(1), staff(1).site.roster);
        let sheet = roster.members.iter().find(|member| !member.is_person()).unwrap().id;
        for member in [sheet, Thumbprint([7; 32])] {
            state.accounts[0].member = member;
            assert_eq!(replaced(&state, &roster, "anna@fensterbau.example"), None);
        }
    }
}
