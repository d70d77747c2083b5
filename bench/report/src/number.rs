//! Figures as people read them.

/// A figure with three digits that count, or all digits before the point, in groups of three.
///
/// ```
/// use nlgen_bench_report::figure;
/// assert_eq!(figure(1234567.8), "1,234,568");
/// assert_eq!(figure(12.345), "12.3");
/// assert_eq!(figure(1.0), "1.00");
/// assert_eq!(figure(0.0), "0");
/// ```
#[must_use]
pub fn figure(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    match value.abs() {
        size if size >= 99.95 => grouped(value),
        size if size >= 9.995 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut out = String::from(if value < 0.0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
