use crate::{Fault, FaultKind, Text};

/// What somebody who has signed in must do before they may do anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owed {
    /// Choose a password of their own in place of one that somebody else has set.
    Password,
    /// Set up a second factor, which is demanded of them.
    SecondFactor,
}

impl Owed {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SecondFactor => "second_factor",
        }
    }

    /// What everything else is answered with.
    #[must_use]
    pub fn fault(self) -> Fault {
        let (code, text) = match self {
            Self::Password => (
                "password-owed",
                Text::new(
                    "somebody else has set your password; choose one of your own first",
                    "您的密码由他人设置，请先改为自己的密码",
                ),
            ),
            Self::SecondFactor => (
                "second-factor-owed",
                Text::new(
                    "a second factor is required of you; set one up first",
                    "您的账号必须启用双因素认证，请先完成设置",
                ),
            ),
        };
        Fault::new(FaultKind::Forbidden, code, text)
    }
}
