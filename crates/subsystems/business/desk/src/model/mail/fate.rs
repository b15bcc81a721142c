//! What becomes of a mail that came: a pure function of what it says and of what is known.

use kernel::Text;
use mail::{Letter, Nature};

use crate::model::ticket::TicketId;

/// So many mails of one sender are taken in an hour.
pub(crate) const SENDER_PER_HOUR_MAX: u32 = 30;

/// What is known when a mail comes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// It was taken before.
    pub repeated: bool,
    /// It comes from one of our mailboxes, or is a mail that we sent.
    pub own: bool,
    /// Mails of its sender that were taken within the last hour.
    pub lately: u32,
    /// The ticket that it refers to.
    pub thread: Option<Thread>,
    /// The ticket whose mail did not arrive, of a report of that.
    pub bounced: Option<TicketId>,
}

/// The ticket that a mail refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Thread {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Whether its sender has to do with that ticket.
    pub concerned: bool,
}

/// What becomes of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It opens a ticket, which has to do with another one.
    Opens {
        /// The other one.
        related: Option<TicketId>,
    },
    /// Its writer says something on a ticket.
    Continues(TicketId),
    /// It is noted on a ticket, and changes nothing there.
    Noted(TicketId, Text),
    /// A mail about a ticket did not arrive.
    Bounced(TicketId),
    /// It was taken before.
    Repeated,
    /// It is nobody's.
    SetAside(Text),
}

/// Decides what becomes of a mail.
pub(crate) fn fate(letter: &Letter, known: &Known) -> Fate {
    if known.repeated {
        return Fate::Repeated;
    }
    if known.own {
        return Fate::SetAside(Text::new(
            "it comes from one of our own mailboxes: answering it would never end",
            "来自本系统自己的邮箱，为避免循环不予受理",
        ));
    }
    let of_program = |en: &str, zh: &str, sign: &str| {
        let why = Text::new(format!("{en} ({sign})"), format!("{zh}（{sign}）"));
        match known.thread.filter(|thread| thread.concerned) {
            Some(thread) => Fate::Noted(thread.ticket_id, why),
            None => Fate::SetAside(why),
        }
    };
    match &letter.nature {
        Nature::Bounce(_) => match known.bounced {
            Some(ticket) => Fate::Bounced(ticket),
            None => Fate::SetAside(Text::new(
                "a report about a mail that is not about any ticket",
                "退信报告，但原邮件与任何工单无关",
            )),
        },
        Nature::AutoReply { sign } => of_program("an automatic reply", "自动回复", sign),
        Nature::Automatic { sign } => of_program("written by a program", "程序自动发送", sign),
        Nature::Bulk { sign } => of_program("sent to a list", "邮件列表或群发", sign),
        Nature::Written if known.lately >= SENDER_PER_HOUR_MAX => Fate::SetAside(Text::new(
            format!("its sender wrote {} mails within an hour", known.lately),
            format!("该发件人一小时内已来信 {} 封", known.lately),
        )),
        Nature::Written => match known.thread {
            Some(Thread { ticket_id, concerned: true }) => Fate::Continues(ticket_id),
            Some(Thread { ticket_id, concerned: false }) => {
                Fate::Opens { related: Some(ticket_id) }
            }
            None => Fate::Opens { related: None },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn became(head: &str, known: &Known) -> String {
        let raw = format!("From: wang@example.org\nSubject: x\n{head}\ntext");
        let letter = mail::read(raw.as_bytes()).unwrap();
        match fate(&letter, known) {
            Fate::Opens { related: None } => "opens".to_owned(),
            Fate::Opens { related: Some(_) } => "opens, related".to_owned(),
            Fate::Continues(_) => "continues".to_owned(),
            Fate::Noted(..) => "noted".to_owned(),
            Fate::Bounced(_) => "bounced".to_owned(),
            Fate::Repeated => "repeated".to_owned(),
            Fate::SetAside(_) => "set aside".to_owned(),
        }
    }

    #[test]
    fn people_open_and_continue_tickets_and_programs_do_not() {
        let ticket_id: TicketId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        let none = Known::default();
        let of =
            |concerned| Known { thread: Some(Thread { ticket_id, concerned }), ..Known::default() };
        let (theirs, strange) = (of(true), of(false));
        for (head, known, expected) in [
            ("", &none, "opens"),
            ("", &theirs, "continues"),
            ("", &strange, "opens, related"),
            ("Auto-Submitted: auto-replied\n", &none, "set aside"),
            ("Auto-Submitted: auto-replied\n", &theirs, "noted"),
            ("Auto-Submitted: auto-replied\n", &strange, "set aside"),
            ("Auto-Submitted: auto-generated\n", &none, "set aside"),
            ("Precedence: bulk\n", &none, "set aside"),
            ("List-Id: <x>\n", &theirs, "noted"),
            ("X-Auto-Response-Suppress: All\n", &none, "opens"),
            ("", &Known { lately: 30, ..theirs.clone() }, "set aside"),
            ("", &Known { own: true, ..theirs.clone() }, "set aside"),
            ("", &Known { repeated: true, ..theirs.clone() }, "repeated"),
        ] {
            assert_eq!(became(head, known), expected, "{head} {known:?}");
        }
        let report = "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n\
            --x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n\
            Final-Recipient: rfc822; a@b\nAction: failed\nStatus: 5.1.1\n\n--x--\n";
        assert_eq!(became(report, &none), "set aside");
        assert_eq!(became(report, &Known { bounced: Some(ticket_id), ..none }), "bounced");
    }
}
