//! Rows of the table that `cargo xtask bench` writes: one JSON object a line.

use serde_json::json;

/// A line of the table.
pub struct Row {
    what: String,
    value: f64,
    unit: &'static str,
    reference: Option<f64>,
    target: Option<&'static str>,
}

impl Row {
    /// A figure.
    pub fn new(what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self {
            what: what.into(),
            value,
            unit,
            reference: None,
            target: None,
        }
    }

    /// The same thing done as barely as it can be, measured in the same run, in the same unit. The ratio is the
    /// value through the reference.
    pub fn reference(mut self, reference: f64) -> Self {
        self.reference = Some(reference);
        self
    }

    /// What is to be reached.
    pub fn target(mut self, target: &'static str) -> Self {
        self.target = Some(target);
        self
    }

    /// Prints it.
    pub fn print(self) {
        let mut row = json!({"what": self.what, "value": self.value, "unit": self.unit});
        if let Some(reference) = self.reference {
            row["reference"] = json!(reference);
            row["ratio"] = json!(self.value / reference);
        }
        if let Some(target) = self.target {
            row["target"] = json!(target);
        }
        println!("{row}");
    }
}

/// The middle one.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The value below which `part` of the sorted values are.
pub fn quantile<T: Copy>(sorted: &[T], part: f64) -> Option<T> {
    let at = ((sorted.len() as f64 * part) as usize).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied()
}
