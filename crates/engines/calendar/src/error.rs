use jiff::civil::Date;

/// Why a calendar or a rotation could not be made, or not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// A text is not a span of the day.
    #[error("`{found}` is not a span of a day; expected HH:MM-HH:MM, ending by 24:00")]
    NotASpan {
        /// What was found.
        found: String,
    },
    /// No zone has that name.
    #[error("`{found}` is not a time zone; expected an IANA name such as Asia/Shanghai")]
    UnknownZone {
        /// What was found.
        found: String,
    },
    /// More time was asked for than is ever reckoned over.
    #[error("the range is longer than {days_max} days")]
    RangeTooLong {
        /// The limit.
        days_max: u32,
    },
    /// The calendar has not that much working time.
    #[error("no such working time within {days_max} days of {from}")]
    NoWorkingTime {
        /// Where the search began.
        from: Date,
        /// How far it went.
        days_max: u32,
    },
    /// The moment lies outside the years 1 to 9999.
    #[error("the time is out of range")]
    OutOfRange,
    /// A rotation has nobody in it.
    #[error("a rotation needs at least one block, and at most {max}")]
    NoBlocks {
        /// The limit.
        max: usize,
    },
    /// A block lasts no time, or too much.
    #[error("block {number} is too short or too long: expected 1 hour to 120 months")]
    BadBlock {
        /// Its number, from 1.
        number: usize,
    },
    /// A rotation would hand over too often within the range asked for.
    #[error("more than {max} shifts in the range")]
    TooManyShifts {
        /// The limit.
        max: usize,
    },
}
