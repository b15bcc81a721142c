//! Functions over range vectors, by their names.

/// The functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kernel {
    Rate,
    Increase,
    Delta,
    Irate,
    Idelta,
    Changes,
    Resets,
    Sum,
    Avg,
    Count,
    Min,
    Max,
    First,
    Last,
    Present,
    Stddev,
    Stdvar,
    Quantile,
    Mad,
    Deriv,
    PredictLinear,
    Smoothing,
    TimeOfFirst,
    TimeOfLast,
    TimeOfMax,
    TimeOfMin,
    /// The mean of what windows are the sums of.
    AvgOfSums,
}

impl Kernel {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "rate" => Self::Rate,
            "increase" => Self::Increase,
            "delta" => Self::Delta,
            "irate" => Self::Irate,
            "idelta" => Self::Idelta,
            "changes" => Self::Changes,
            "resets" => Self::Resets,
            "sum_over_time" => Self::Sum,
            "avg_over_time" => Self::Avg,
            "count_over_time" => Self::Count,
            "min_over_time" => Self::Min,
            "max_over_time" => Self::Max,
            "first_over_time" => Self::First,
            "last_over_time" => Self::Last,
            "present_over_time" | "absent_over_time" => Self::Present,
            "stddev_over_time" => Self::Stddev,
            "stdvar_over_time" => Self::Stdvar,
            "quantile_over_time" => Self::Quantile,
            "mad_over_time" => Self::Mad,
            "deriv" => Self::Deriv,
            "predict_linear" => Self::PredictLinear,
            "double_exponential_smoothing" => Self::Smoothing,
            "ts_of_first_over_time" => Self::TimeOfFirst,
            "ts_of_last_over_time" => Self::TimeOfLast,
            "ts_of_max_over_time" => Self::TimeOfMax,
            "ts_of_min_over_time" => Self::TimeOfMin,
            _ => return None,
        })
    }

    /// What makes of what this function makes of windows the same as this of all their samples.
    pub(crate) fn of_windows(self) -> Self {
        match self {
            Self::Count => Self::Sum,
            Self::Avg => Self::AvgOfSums,
            other => other,
        }
    }

    pub(crate) fn keeps_name(self) -> bool {
        matches!(self, Self::First | Self::Last)
    }

    /// Tells whether the values of the samples do not matter.
    pub(crate) fn is_of_times(self) -> bool {
        matches!(self, Self::Count | Self::Present | Self::TimeOfFirst | Self::TimeOfLast)
    }

    pub(crate) fn is_rate(self) -> bool {
        matches!(self, Self::Rate | Self::Increase | Self::Delta)
    }

    pub(super) fn is_counter(self) -> bool {
        matches!(self, Self::Rate | Self::Increase | Self::Irate)
    }
}
