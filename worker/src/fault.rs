//! Why the relay does not do what it was asked, sorted by blame. The caller sees a problem document with a stable code;
//! the log sees the cause, and neither holds content of a request.

use einwurf_protocol::{
    consent::GrantError,
    event::{Envelope, EnvelopeError},
    problem::{Code, Problem},
    work::Challenge,
};

/// When to ask again what was away, such as storage without space, in seconds.
const AWAY_SECONDS: u64 = 5;

/// A request that is not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    // The caller: visitor, staff or operator
    /// The form of the request.
    #[error("malformed field {field}")]
    Malformed {
        /// Dotted path of the field.
        field: String,
        /// What is wrong there.
        detail: String,
    },
    /// A stable code that says everything.
    #[error("{}", .0.as_str())]
    Refused(Code),
    /// The event does not join; these events the author did not know.
    #[error("chain conflict")]
    Behind(Vec<Envelope>),
    /// There is work to do first.
    #[error("work required")]
    Work(Box<Challenge>),
    /// A limit that passes, in so many seconds.
    #[error("wait")]
    Wait(u64),
    /// The mail server's answer to a test mail.
    #[error("the mail server refused")]
    Mail(String),
    // The operator
    /// A binding is missing or malformed; it is named.
    #[error("wrong configuration: {0}")]
    Configuration(String),
    // The relay, or what it stands on
    /// Storage or another object did not answer. The text says where.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// What should not happen did. The text says where.
    #[error("internal: {0}")]
    Internal(&'static str),
}

impl Fault {
    /// A malformed field.
    pub fn malformed(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Malformed { field: field.into(), detail: detail.into() }
    }

    /// A malformed header of the request.
    pub fn header(name: &str) -> Self {
        Self::malformed(name, "missing, or not of this protocol's form")
    }

    /// What the log has to say; nothing for faults of the caller.
    pub fn cause(&self) -> Option<String> {
        matches!(self, Self::Configuration(_) | Self::Unavailable(_) | Self::Internal(_))
            .then(|| self.to_string())
    }

    /// What the caller sees.
    pub fn problem(self) -> Problem {
        match self {
            Self::Malformed { field, detail } => Problem::malformed(field, detail),
            Self::Refused(code) => Problem::new(code),
            Self::Behind(events) => Problem::new(Code::ChainConflict).events(events),
            Self::Work(work) => Problem { work: Some(*work), ..Problem::new(Code::WorkRequired) },
            Self::Wait(seconds) => Problem { retry_after: Some(seconds), ..Problem::new(Code::LimitReached) },
            Self::Mail(answer) => Problem::new(Code::MailFailed).detail(answer),
            Self::Configuration(_) | Self::Unavailable(_) => {
                Problem { retry_after: Some(AWAY_SECONDS), ..Problem::new(Code::Unavailable) }
            }
            Self::Internal(_) => Problem::new(Code::Internal),
        }
    }
}

impl From<Code> for Fault {
    fn from(code: Code) -> Self {
        Self::Refused(code)
    }
}

impl From<EnvelopeError> for Fault {
    fn from(error: EnvelopeError) -> Self {
        let field = match error {
            EnvelopeError::Header => "event.header",
            EnvelopeError::Nonce => "event.nonce",
            EnvelopeError::Ciphertext => "event.ciphertext",
            EnvelopeError::Signature => "event.signature",
        };
        Self::malformed(field, error.to_string())
    }
}

impl From<GrantError> for Fault {
    fn from(error: GrantError) -> Self {
        Self::malformed("grant", error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::{time::Timestamp, work::Parameters};

    fn challenge() -> Challenge {
        let parameters = Parameters::new(15, Timestamp(1), [1; 32]);
        Challenge { parameters, signature: String::new() }
    }

    #[test]
    fn the_callers_faults_are_not_logged() {
        for fault in [
            Fault::malformed("event.nonce", "short"),
            Code::Unauthorized.into(),
            Fault::Behind(Vec::new()),
            Fault::Work(challenge().into()),
            Fault::Wait(7),
            Fault::Mail("550 no".into()),
        ] {
            assert_eq!(fault.cause(), None);
        }
    }

    #[test]
    fn our_faults_are_logged_and_the_caller_does_not_see_the_cause() {
        for (fault, status) in [
            (Fault::Configuration("EINWURF_ORIGIN".into()), 503),
            (Fault::Unavailable("inbox".into()), 503),
            (Fault::Internal("login state"), 500),
        ] {
            assert!(fault.cause().is_some());
            let problem = fault.problem();
            assert_eq!(problem.retry_after, (status == 503).then_some(AWAY_SECONDS));
            assert_eq!((problem.status, problem.detail, problem.field), (status, None, None));
        }
    }

    #[test]
    fn each_part_of_an_envelope_is_named() {
        for (error, field) in [
            (EnvelopeError::Header, "event.header"),
            (EnvelopeError::Nonce, "event.nonce"),
            (EnvelopeError::Ciphertext, "event.ciphertext"),
            (EnvelopeError::Signature, "event.signature"),
        ] {
            assert_eq!(Fault::from(error).problem().field.as_deref(), Some(field));
        }
    }

    #[test]
    fn a_chain_conflict_carries_the_missing_events() {
        let problem = Fault::Behind(Vec::new()).problem();
        assert_eq!((problem.status, problem.events), (409, Some(Vec::new())));
    }

    #[test]
    fn work_that_is_required_is_told() {
        let problem = Fault::Work(challenge().into()).problem();
        assert_eq!((problem.status, problem.work), (428, Some(challenge())));
    }

    #[test]
    fn a_limit_that_passes_says_when() {
        let problem = Fault::Wait(7).problem();
        assert_eq!((problem.status, problem.retry_after), (429, Some(7)));
        assert_eq!(Fault::from(Code::LimitReached).problem().retry_after, None);
    }
}
