//! The thundering herd: when clients come back after an outage, for each kind of jitter.
//!
//! Ten thousand clients have all sent a request at the moment in which the API went down, which is the
//! worst start, and try again until one is answered. What counts is how they come when the API is back:
//! the most in a second, against the mean until the last is served.

use std::fmt::Write;

use anyhow::{Context, Result};
use plotters::prelude::{
    BLACK, ChartBuilder, IntoDrawingArea, LineSeries, Palette, Palette99, PathElement, SVGBackend,
    WHITE,
};
use plotters::style::Color;
use tidegate::{Backoff, Jitter, RetryPolicy, Span};

const CLIENTS: u64 = 10_000;
/// The outage of the plot, in seconds, and the others of the table.
const OUTAGES: [u64; 3] = [60, 120, 300];
const NANOS: u64 = 1_000_000_000;

/// How the clients come back.
struct Return {
    /// In each second after the outage.
    arrivals: Vec<u32>,
    /// Requests of all clients, the last one included.
    sends: u64,
}

impl Return {
    fn after(outage: u64, backoff: &Backoff) -> Return {
        let (mut arrivals, mut sends) = (Vec::new(), 0);
        for client in 0..CLIENTS {
            let (mut time, mut attempt) = (0, 0);
            while time < outage * NANOS {
                time += backoff.delay(client, 0, attempt).as_nanos();
                attempt += 1;
            }
            sends += u64::from(attempt) + 1;
            let second = usize::try_from((time - outage * NANOS) / NANOS).expect("a small number");
            if arrivals.len() <= second {
                arrivals.resize(second + 1, 0);
            }
            arrivals[second] += 1;
        }
        Return { arrivals, sends }
    }

    fn peak(&self) -> u32 {
        self.arrivals.iter().copied().max().unwrap_or(0)
    }

    /// The peak against the mean until the last client is served.
    fn ratio(&self) -> f64 {
        f64::from(self.peak()) * self.arrivals.len() as f64 / CLIENTS as f64
    }
}

/// The default backoff, spread by another jitter.
fn kinds() -> Result<Vec<(&'static str, Backoff)>> {
    let default = RetryPolicy::DEFAULT.backoff;
    let jitters = [
        ("none", Jitter::None),
        ("full", Jitter::Full),
        ("equal", Jitter::Equal),
        ("additive, 1 s", Jitter::Additive(Span::from_secs(1))),
        ("around, 20 %", Jitter::Around(200_000)),
        ("above, 20 %", Jitter::Above(200_000)),
        ("decorrelated", Jitter::Decorrelated),
        ("decorrelated_v2", Jitter::DecorrelatedV2),
    ];
    let with = |(name, jitter)| {
        let backoff = Backoff::new(default.base(0), 2, default.cap(), jitter)?;
        Ok((name, backoff))
    };
    jitters.into_iter().map(with).collect()
}

/// The table for the docs: for each outage the peak in a second, and the peak against the mean.
pub(crate) fn table() -> Result<String> {
    let mut text = String::from(
        "| jitter | 60 s: peak a second | peak/mean | 120 s: peak/mean | 300 s: peak/mean | requests a \
         client in 60 s |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for (name, backoff) in kinds()? {
        let [first, second, third] = OUTAGES.map(|outage| Return::after(outage, &backoff));
        let name = if backoff == RetryPolicy::DEFAULT.backoff {
            format!("**{name}**, the default")
        } else {
            name.into()
        };
        writeln!(
            text,
            "| {name} | {} | {:.2} | {:.2} | {:.2} | {:.1} |",
            first.peak(),
            first.ratio(),
            second.ratio(),
            third.ratio(),
            first.sends as f64 / CLIENTS as f64,
        )?;
    }
    Ok(text)
}

/// The plot for the docs.
pub(crate) fn plot() -> Result<String> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, (900, 420)).into_drawing_area();
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&area)
            .caption("10,000 clients after an outage of 60 s", ("sans-serif", 18))
            .margin(12)
            .x_label_area_size(36)
            .y_label_area_size(56)
            .build_cartesian_2d(0_u32..20_u32, 0_u32..2_500_u32)?;
        chart
            .configure_mesh()
            .x_desc("seconds since the API is back")
            .y_desc("clients that come back, a second")
            .draw()?;
        for (index, (name, backoff)) in kinds()?.into_iter().enumerate() {
            let color = Palette99::pick(index).to_rgba();
            let arrivals = Return::after(OUTAGES[0], &backoff).arrivals;
            let points = (0..=20).zip(arrivals.into_iter().chain(std::iter::repeat(0)));
            let stroke = if backoff == RetryPolicy::DEFAULT.backoff { 4 } else { 2 };
            let style = plotters::style::ShapeStyle::from(color).stroke_width(stroke);
            chart
                .draw_series(LineSeries::new(points.map(|(x, y)| (x, y.min(2_500))), style))?
                .label(name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
        }
        chart.configure_series_labels().border_style(BLACK).background_style(WHITE).draw()?;
        area.present().context("cannot draw the herd")?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::{CLIENTS, OUTAGES, Return, kinds};
    use tidegate::RetryPolicy;

    #[test]
    fn with_the_default_policy_no_second_is_crowded() {
        let backoff = RetryPolicy::DEFAULT.backoff;
        assert!(kinds().unwrap().iter().any(|(_, kind)| *kind == backoff));
        for outage in OUTAGES {
            let back = Return::after(outage, &backoff);
            assert_eq!(back.arrivals.iter().map(|&count| u64::from(count)).sum::<u64>(), CLIENTS);
            assert!(back.ratio() <= 1.5, "{} after {outage} s", back.ratio());
        }
    }

    #[test]
    fn without_jitter_all_come_at_once() {
        let (_, none) = kinds().unwrap()[0];
        assert_eq!(u64::from(Return::after(60, &none).peak()), CLIENTS);
    }
}
