use http_kit::outgoing::OutgoingError;
use kernel::Text;

/// Why a mailbox cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailFault {
    /// The server cannot be reached, must not be, or has a certificate that is not accepted.
    #[error(transparent)]
    Unreached(#[from] OutgoingError),
    /// The server does not let us in.
    #[error("sign in as {user}: {said}")]
    Refused {
        /// Who tried.
        user: String,
        /// The server's words.
        said: String,
    },
    /// The server does not offer what was asked for.
    #[error("{doing}: {said}")]
    Denied {
        /// What was tried: `open the folder INBOX`.
        doing: String,
        /// The server's words.
        said: String,
    },
    /// The connection broke, or the server said what nobody understands.
    #[error("{doing}: {said}")]
    Broken {
        /// What was tried.
        doing: String,
        /// What went wrong.
        said: String,
    },
    /// It took too long.
    #[error("{doing}: no answer within {seconds} s")]
    Slow {
        /// What was tried.
        doing: String,
        /// How long that may take.
        seconds: u64,
    },
}

impl MailFault {
    /// What is said about it.
    #[must_use]
    pub fn text(&self) -> Text {
        let en = self.to_string();
        let zh = match self {
            Self::Unreached(error) => return error.text(),
            Self::Refused { user, said } => format!("以 {user} 登录失败：{said}"),
            Self::Denied { doing, said } => format!("服务器拒绝（{doing}）：{said}"),
            Self::Broken { doing, said } => format!("连接中断（{doing}）：{said}"),
            Self::Slow { doing, seconds } => format!("{seconds} 秒内没有应答（{doing}）"),
        };
        Text::new(en, zh)
    }

    pub(crate) fn of(doing: &str, error: &async_imap::error::Error) -> Self {
        let doing = doing.to_owned();
        match error {
            async_imap::error::Error::No(said) | async_imap::error::Error::Bad(said) => {
                Self::Denied { doing, said: one_line(said) }
            }
            error => Self::Broken { doing, said: one_line(&error.to_string()) },
        }
    }
}

/// What somebody else said, on one line of at most 300 characters.
pub(crate) fn one_line(said: &str) -> String {
    let plain: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
}
