//! Days and hours of the proleptic Gregorian calendar, in UTC.

/// A time, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date {
    pub(crate) year: i64,
    pub(crate) month: i64,
    pub(crate) day: i64,
    /// 0 is Sunday.
    pub(crate) weekday: i64,
    /// From 1.
    pub(crate) day_of_year: i64,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
}

impl Date {
    /// Takes seconds since 1970 apart.
    pub(crate) fn of_seconds(seconds: i64) -> Self {
        let days = seconds.div_euclid(86_400);
        let second_of_day = seconds.rem_euclid(86_400);
        // Years that begin with March: leap days come last, and 400 of them repeat.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let march_day = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * march_day + 2) / 153;
        let day = march_day - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let before: i64 = (1..month).map(|month| days_in(year, month)).sum();
        Self {
            year,
            month,
            day,
            weekday: (days + 4).rem_euclid(7),
            day_of_year: before + day,
            hour: second_of_day / 3600,
            minute: second_of_day / 60 % 60,
            second: second_of_day % 60,
        }
    }

    /// The part that a function of the calendar names.
    pub(super) fn part(&self, function: &str) -> Option<i64> {
        Some(match function {
            "year" => self.year,
            "month" => self.month,
            "day_of_month" => self.day,
            "day_of_week" => self.weekday,
            "day_of_year" => self.day_of_year,
            "days_in_month" => days_in(self.year, self.month),
            "hour" => self.hour,
            "minute" => self.minute,
            _ => return None,
        })
    }
}

fn days_in(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, year, month, day, weekday, day_of_year) in [
            (0, 1970, 1, 1, 4, 1),
            (951_782_400, 2000, 2, 29, 2, 60),
            (1_709_164_800, 2024, 2, 29, 4, 60),
            (-1, 1969, 12, 31, 3, 365),
            (4_107_542_400, 2100, 3, 1, 1, 60),
        ] {
            let date = Date::of_seconds(seconds);
            assert_eq!(
                (date.year, date.month, date.day, date.weekday, date.day_of_year),
                (year, month, day, weekday, day_of_year),
                "{seconds}"
            );
        }
        assert_eq!(days_in(1900, 2), 28);
        assert_eq!(days_in(2000, 2), 29);
        assert_eq!(Date::of_seconds(-1).hour, 23);
    }
}
