//! Joining by an invitation: what the link offers, the invited person's keys, and the code that both persons compare
//! (`docs/protocol.md` section 14.6). Opening the link consumes nothing.

use crate::state::{
    fault::Fault,
    field::{FieldFault, Rule, Spec},
    login,
    opaque::Registered,
};
use einwurf_protocol::{
    VERSION,
    api::admin::{AnswerInvitation, Answered, InvitationShown},
    ids::Thumbprint,
    manifest::{Expected, Manifest},
    roster::{Capability, MemberKind},
    time::Timestamp,
};
use einwurf_seal::{CryptoRng, InvitationSecret, MemberKeys, wrapping_key};
use zeroize::Zeroizing;

/// The account field.
pub const ACCOUNT: Spec = Spec::new("account", |t| &t.join_account, Rule::Email)
    .hint(|t| &t.join_account_hint)
    .autocomplete("username");
/// The password field.
pub const PASSWORD: Spec = Spec::new("password", |t| &t.ask_password, Rule::Password)
    .hint(|t| &t.ask_password_hint)
    .autocomplete("new-password");

/// What an invitation offers, verified by the site key that the link names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The site.
    pub site: Thumbprint,
    /// The company.
    pub company: String,
    /// The invited person's name, as the inviter wrote it.
    pub name: String,
    /// What the invited person may do.
    pub may: Vec<Capability>,
    /// When the link ends.
    pub expires: Timestamp,
}

/// Where the page stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Phase {
    /// The link is looked up.
    #[default]
    Loading,
    /// The link opens nothing, or could not be looked up.
    Closed(Fault),
    /// The form.
    Form,
    /// Keys are made and sent.
    Working,
    /// Answered: the code to compare, in three groups.
    Answered(String),
}

/// The page.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Join {
    /// Where it stands.
    pub phase: Phase,
    /// What the link offers.
    pub offer: Option<Offer>,
    /// Account name.
    pub account: String,
    /// Password, while it is typed and used.
    pub password: Zeroizing<String>,
    /// Faults are shown: somebody tried to go on.
    pub tried: bool,
    /// What went wrong.
    pub fault: Option<Fault>,
}

impl std::fmt::Debug for Join {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Join({:?}, typed text hidden)", self.phase)
    }
}

impl Join {
    /// What is not in order, in the order of the page.
    pub fn faults(&self) -> Vec<(Spec, FieldFault)> {
        let typed = [(ACCOUNT, self.account.as_str()), (PASSWORD, self.password.as_str())];
        typed.into_iter().filter_map(|(spec, text)| Some((spec, spec.rule.check(text)?))).collect()
    }

    /// The fault to show at a field.
    pub fn fault_of(&self, spec: &Spec) -> Option<FieldFault> {
        let faults = if self.tried { self.faults() } else { Vec::new() };
        faults.into_iter().find(|(other, _)| other.id == spec.id).map(|(_, fault)| fault)
    }

    /// The link was answered: the password is forgotten, the code is shown.
    pub fn answered(&mut self, code: String) {
        self.password = Zeroizing::default();
        self.fault = None;
        self.phase = Phase::Answered(code);
    }
}

/// An answer that was made and may have been sent, with what was typed for it.
#[derive(Clone)]
pub struct Answering {
    /// Account name.
    pub account: String,
    /// Password.
    pub password: Zeroizing<String>,
    /// What is sent.
    pub body: AnswerInvitation,
    /// The code to compare.
    pub code: String,
}

impl Answering {
    /// Whether it was made for what is typed now.
    pub fn is_for(&self, account: &str, password: &str) -> bool {
        self.account == account && self.password.as_str() == password
    }
}

/// Checks what the relay shows of an invitation against the site key that its link names.
pub fn offer(
    shown: InvitationShown,
    pin: Option<Thumbprint>,
    relay: &str,
    now: Timestamp,
) -> Result<Offer, Fault> {
    let pins = [pin.ok_or(Fault::LinkUsed)?];
    let expected = Expected { pins: &pins, relay, now, serial: 0 };
    let manifest = Manifest::verify(&shown.manifest, &expected).map_err(|_| Fault::Chain)?;
    Ok(Offer {
        site: manifest.site,
        company: manifest.display.name,
        name: shown.name,
        may: shown.may,
        expires: shown.expires,
    })
}

/// The answer, and the code that both persons compare.
pub fn answer(
    offer: &Offer,
    secret: &InvitationSecret,
    account: &str,
    registered: &Registered,
    rng: &mut impl CryptoRng,
) -> (AnswerInvitation, String) {
    let keys = MemberKeys::generate(rng);
    let member = keys.member(&offer.name, MemberKind::Person, &offer.may);
    let account = login::account(account);
    let mac = secret.authenticate(&offer.site, &account, &member).to_vec();
    let code = secret.code(&offer.site, &account, &member);
    let wrapped = keys.wrap(wrapping_key(&registered.export_key, &offer.site).as_ref(), rng);
    let answer = AnswerInvitation {
        v: VERSION,
        registration: registered.upload.clone(),
        wrapped,
        answer: Answered { account, member, mac },
    };
    (answer, code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        state::opaque::ExportKey,
        testing::{Dice, EXPORT_KEY, NOW, ORIGIN, founded},
    };
    use einwurf_protocol::ids::MessageId;
    use einwurf_seal::Granted;

    fn granted() -> Granted<'static> {
        Granted { id: MessageId([4; 16]), name: "Ines", may: &[Capability::Read], replaces: None }
    }

    fn shown(seed: u64) -> (Thumbprint, InvitationShown) {
        let (keys, body) = founded(seed);
        let shown = InvitationShown {
            id: MessageId([4; 16]),
            name: "Ines".into(),
            may: vec![Capability::Read],
            expires: NOW.plus(3_600),
            manifest: body.publication.manifests[0].clone(),
        };
        (keys.site.thumbprint(), shown)
    }

    fn registered() -> Registered {
        Registered { upload: vec![1], export_key: ExportKey::new(EXPORT_KEY.to_vec()) }
    }

    #[test]
    fn the_inviter_authenticates_the_answer_and_both_see_the_same_code() {
        let (pin, shown) = shown(1);
        let offer = offer(shown, Some(pin), ORIGIN, NOW).unwrap();
        let secret = founded(1).0.site.invitation(&granted());
        let (body, code) = answer(&offer, &secret, " Ines@Firma.example", &registered(), &mut Dice::new(3));
        let Answered { account, member, mac } = body.answer;
        assert_eq!((account.as_str(), member.name.as_str()), ("ines@firma.example", "Ines"));
        assert_eq!(mac, secret.authenticate(&pin, &account, &member));
        assert_eq!(code, secret.code(&pin, &account, &member));
        let secret = wrapping_key(EXPORT_KEY, &pin);
        assert_eq!(MemberKeys::unwrap(&body.wrapped, secret.as_ref()).unwrap().id(), member.id);
        assert!(member.may == [Capability::Read] && member.is_person());
    }

    #[test]
    fn whoever_answers_with_other_keys_shows_another_code() {
        let (pin, shown) = shown(1);
        let offer = offer(shown, Some(pin), ORIGIN, NOW).unwrap();
        let secret = founded(1).0.site.invitation(&granted());
        let code =
            |seed| answer(&offer, &secret, "ines@firma.example", &registered(), &mut Dice::new(seed)).1;
        assert_ne!(code(3), code(4));
        assert_eq!(code(3).len(), "XXXX-XXXX-XXXX".len());
    }

    #[test]
    fn a_link_without_or_with_another_site_key_offers_nothing() {
        let ((pin, genuine), (other, _)) = (shown(1), shown(2));
        assert_eq!(offer(genuine.clone(), None, ORIGIN, NOW), Err(Fault::LinkUsed));
        assert_eq!(offer(genuine.clone(), Some(other), ORIGIN, NOW), Err(Fault::Chain));
        assert_eq!(offer(genuine, Some(pin), "https://other.example", NOW), Err(Fault::Chain));
    }

    #[test]
    fn an_answer_is_repeated_as_it_was_only_for_the_same_account_and_password() {
        let (pin, shown) = shown(1);
        let offer = offer(shown, Some(pin), ORIGIN, NOW).unwrap();
        let secret = founded(1).0.site.invitation(&granted());
        let (body, code) = answer(&offer, &secret, "a@b.example", &registered(), &mut Dice::new(3));
        let password = Zeroizing::new("zebra-lampe-3".to_owned());
        let kept = Answering { account: "a@b.example".into(), password, body, code };
        assert!(kept.is_for("a@b.example", "zebra-lampe-3"));
        assert!(!kept.is_for("b@b.example", "zebra-lampe-3") && !kept.is_for("a@b.example", "zebra-lampe-4"));
    }

    #[test]
    fn faults_show_only_after_somebody_tried_and_debug_hides_what_was_typed() {
        let mut join = Join { account: "ines".into(), ..Join::default() };
        assert_eq!(join.fault_of(&ACCOUNT), None);
        join.tried = true;
        assert_eq!(join.fault_of(&ACCOUNT), Some(FieldFault::Email));
        assert_eq!(join.fault_of(&PASSWORD), Some(FieldFault::Empty));
        join.password = Zeroizing::new("zebra-lampe-3".into());
        assert_eq!(join.fault_of(&PASSWORD), None);
        assert!(!format!("{join:?}").contains("zebra"));
        join.answered("A-B-C".into());
        assert!(join.password.is_empty());
    }
}
