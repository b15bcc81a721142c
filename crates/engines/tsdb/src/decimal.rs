//! Floats that are decimal numbers of few digits, as whole numbers.

/// Most digits behind the point that are tried.
pub(crate) const EXPONENT_MAX: u8 = 12;

const POWERS: [f64; EXPONENT_MAX as usize + 1] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];

/// Up to here a float holds every whole number.
const WHOLE_MAX: i64 = 1 << 53;

/// The whole number that [`from_whole`] turns back into exactly these bits, if there is one.
///
/// `exponent` is at most [`EXPONENT_MAX`].
#[inline]
pub(crate) fn to_whole(value: f64, exponent: u8) -> Option<i64> {
    if exponent == 0 {
        let whole = value as i64;
        return ((whole as f64).to_bits() == value.to_bits()).then_some(whole);
    }
    let power = POWERS[exponent as usize];
    let scaled = value * power;
    let whole = (scaled + 0.5f64.copysign(scaled)) as i64;
    let same = (whole as f64 / power).to_bits() == value.to_bits();
    (same && whole.unsigned_abs() <= WHOLE_MAX.unsigned_abs()).then_some(whole)
}

/// Turns a whole number into a float; `None` if the exponent is none that is written.
pub(crate) fn one_from_whole(whole: i64, exponent: u8) -> Option<f64> {
    let power = *POWERS.get(exponent as usize)?;
    Some(if exponent == 0 { whole as f64 } else { whole as f64 / power })
}

/// Turns whole numbers into floats; `None` if the exponent is none that is written.
pub(crate) fn from_whole(wholes: &[i64], exponent: u8, to: &mut Vec<f64>) -> Option<()> {
    let power = *POWERS.get(exponent as usize)?;
    if exponent == 0 {
        to.extend(wholes.iter().map(|whole| *whole as f64));
    } else {
        to.extend(wholes.iter().map(|whole| *whole as f64 / power));
    }
    Some(())
}

/// The least exponent with which all but at most `odd_max` values are whole numbers.
pub(crate) fn exponent_of(values: &[f64], odd_max: usize) -> Option<u8> {
    let mut exponent = 0;
    let mut odd = 0;
    for value in values {
        if to_whole(*value, exponent).is_some() {
            continue;
        }
        let wanted = if value.is_finite() && *value != 0.0 {
            (exponent + 1..=EXPONENT_MAX).find(|exponent| to_whole(*value, *exponent).is_some())
        } else {
            None
        };
        match wanted {
            Some(more) => exponent = more,
            None => odd += 1,
        }
        if odd > odd_max {
            return None;
        }
    }
    Some(exponent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn exponents_are_as_small_as_they_can_be() {
        assert_eq!(exponent_of(&[1.0, 2.0, -3.0], 0), Some(0));
        assert_eq!(exponent_of(&[1.0, 2.25, -3.5], 0), Some(2));
        assert_eq!(exponent_of(&[0.1 + 0.2, 1.0], 0), None);
        assert_eq!(exponent_of(&[0.1 + 0.2, 1.0, f64::NAN, -0.0], 3), Some(0));
        assert_eq!(exponent_of(&[f64::INFINITY], 0), None);
        assert_eq!(exponent_of(&[9e15, 1e18, -9.223_372_036_854_776e18], 0), Some(0));
    }

    proptest! {
        #[test]
        fn what_is_taken_comes_back(
            bits: u64, whole in -1_000_000i64..1_000_000, exponent in 0u8..=12,
        ) {
            let decimal = whole as f64 / POWERS[exponent as usize];
            for value in [f64::from_bits(bits), decimal, whole as f64] {
                if let Some(whole) = to_whole(value, exponent) {
                    let mut back = Vec::new();
                    from_whole(&[whole], exponent, &mut back);
                    prop_assert_eq!(back[0].to_bits(), value.to_bits());
                }
            }
        }
    }
}
