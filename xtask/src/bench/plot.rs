//! Pictures of figures: bars on a scale of powers of ten, and curves. One SVG serves light pages and dark.

use std::fmt::Write;

/// A named figure of a bar chart.
pub(crate) struct Bar {
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) is_ours: bool,
    pub(crate) is_floor: bool,
}

/// A named curve; both numbers of a point are above zero.
pub(crate) struct Curve {
    pub(crate) name: String,
    pub(crate) is_ours: bool,
    pub(crate) is_floor: bool,
    pub(crate) points: Vec<(f64, f64)>,
}

/// Groups of bars below each other, one scale for all.
pub(crate) fn bars(title: &str, unit: &str, groups: &[(String, Vec<Bar>)]) -> String {
    let values = groups.iter().flat_map(|(_, bars)| bars).map(|bar| bar.value);
    // The shortest bar is to be seen.
    let (low, high) = decades(values.map(|value| value * 0.9));
    let x = |value: f64| LEFT + (value.log10() - low) / (high - low) * WIDTH;
    let rows: usize = groups.iter().map(|(_, bars)| bars.len() + 1).sum();
    let height = TOP + rows as f64 * ROW + 30.0;
    let mut svg = head(title, height);
    across(&mut svg, unit, (low, high), x, height);
    let mut y = TOP;
    for (name, bars) in groups {
        text(&mut svg, (8.0, y + 12.0), "start", "group", name);
        y += ROW;
        for bar in bars {
            let class = class(bar.is_ours, bar.is_floor);
            text(&mut svg, (LEFT - 8.0, y + 12.0), "end", "name", &bar.name);
            let (top, width) = (y + 2.0, (x(bar.value) - LEFT).max(1.0));
            let _ = writeln!(
                svg,
                "<rect class=\"{class}\" x=\"{LEFT}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"12\" rx=\"2\"/>"
            );
            text(&mut svg, (LEFT + width + 6.0, y + 12.0), "start", "value", &short(bar.value));
            y += ROW;
        }
    }
    svg + "</svg>\n"
}

/// Curves over powers of ten, in both directions.
pub(crate) fn curves(title: &str, below: &str, unit: &str, curves: &[Curve]) -> String {
    let all = || curves.iter().flat_map(|curve| curve.points.iter().copied());
    let (left, right) = decades(all().map(|(x, _)| x));
    let (low, high) = decades(all().map(|(_, y)| y));
    let (height, bottom) = (380.0, 330.0);
    let x = |value: f64| LEFT + (value.log10() - left) / (right - left) * WIDTH;
    let y = |value: f64| bottom - (value.log10() - low) / (high - low) * (bottom - TOP);
    let mut svg = head(title, height);
    across(&mut svg, below, (left, right), x, height - 14.0);
    let mut decade = low;
    while decade <= high {
        let (value, at) = (10_f64.powf(decade), y(10_f64.powf(decade)));
        let end = LEFT + WIDTH;
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{end:.1}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>"
        );
        let label = format!("{} {unit}", short(value));
        text(&mut svg, (LEFT - 8.0, at + 4.0), "end", "value", &label);
        decade += 1.0;
    }
    // Names stand where their curves end, the next one lower if there is no room.
    let mut ends: Vec<(f64, &str)> = curves
        .iter()
        .filter_map(|curve| Some((y(curve.points.last()?.1) + 4.0, curve.name.as_str())))
        .collect();
    ends.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut free = 0.0;
    for (at, name) in ends {
        let at = at.max(free);
        free = at + 14.0;
        text(&mut svg, (LEFT + WIDTH + 6.0, at), "start", "name", name);
    }
    for curve in curves {
        let class = class(curve.is_ours, curve.is_floor);
        let points: Vec<String> = curve
            .points
            .iter()
            .map(|&(right, up)| format!("{:.1},{:.1}", x(right), y(up)))
            .collect();
        let _ = writeln!(
            svg,
            "<polyline class=\"line {class}-line\" points=\"{}\"/>",
            points.join(" ")
        );
    }
    svg + "</svg>\n"
}

fn class(is_ours: bool, is_floor: bool) -> &'static str {
    match (is_ours, is_floor) {
        (true, _) => "ours",
        (_, true) => "floor",
        _ => "peer",
    }
}

/// Whole powers of ten below and above all values, as exponents.
fn decades(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) =
        values.map(f64::log10).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), next| {
            (low.min(next), high.max(next))
        });
    (low.floor(), high.ceil().max(low.floor() + 1.0))
}

fn head(title: &str, height: f64) -> String {
    let title_text = escape(title);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {TOTAL} {height:.0}\" role=\"img\" \
         aria-label=\"{title_text}\">\n<style>{STYLE}</style>\n\
         <rect class=\"page\" width=\"{TOTAL}\" height=\"{height:.0}\"/>\n"
    );
    text(&mut svg, (8.0, 20.0), "start", "title", title);
    svg
}

/// The lines of a scale from left to right, and their numbers below.
fn across(
    svg: &mut String,
    unit: &str,
    (low, high): (f64, f64),
    x: impl Fn(f64) -> f64,
    height: f64,
) {
    let mut decade = low;
    while decade <= high {
        let (value, at) = (10_f64.powf(decade), x(10_f64.powf(decade)));
        let (top, bottom) = (TOP - 6.0, height - 26.0);
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{top:.1}\" y2=\"{bottom:.1}\"/>"
        );
        let label = format!("{} {unit}", short(value));
        text(svg, (at, height - 12.0), "middle", "value", &label);
        decade += 1.0;
    }
}

fn text(svg: &mut String, (x, y): (f64, f64), anchor: &str, class: &str, text: &str) {
    let text = escape(text);
    let _ = writeln!(
        svg,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"
    );
}

/// Three digits that say something, with a thousands' letter.
fn short(value: f64) -> String {
    let (value, letter) = match value {
        value if value >= 999_500.0 => (value / 1e6, " M"),
        value if value >= 999.5 => (value / 1e3, " k"),
        value => (value, ""),
    };
    let digits = match value {
        value if value >= 100.0 || value.fract() < 0.005 => 0,
        value if value >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.digits$}{letter}")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

const TOTAL: f64 = 900.0;
const LEFT: f64 = 210.0;
const WIDTH: f64 = 500.0;
const TOP: f64 = 40.0;
const ROW: f64 = 18.0;
/// Colours that keep apart in print and for the colour-blind, on a light page and on a dark one.
const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#333}.title{font-size:15px;font-weight:600}\
.group{font-weight:600}.value{fill:#666}.page{fill:#fff}.grid{stroke:#ddd}.ours{fill:#0a6cb5}.peer{fill:#c9a26b}\
.floor{fill:#a9b4bd}.line{fill:none;stroke-width:2.5}.ours-line{stroke:#0a6cb5}.peer-line{stroke:#b07d32}\
.floor-line{stroke:#a9b4bd}\
@media(prefers-color-scheme:dark){text{fill:#ddd}.value{fill:#999}.page{fill:#16181b}.grid{stroke:#333}\
.ours{fill:#4aa8ec}.peer{fill:#9c7a45}.floor{fill:#5c666e}.ours-line{stroke:#4aa8ec}.peer-line{stroke:#d09a4a}}";

#[cfg(test)]
mod tests {
    use super::{Bar, bars, decades, short};

    #[test]
    fn a_longer_bar_is_a_larger_figure() {
        let bar =
            |name: &str, value| Bar { name: name.into(), value, is_ours: false, is_floor: false };
        let svg = bars("t", "ns", &[("a".into(), vec![bar("x", 10.0), bar("y<", 1_000.0)])]);
        let width =
            |line: &str| line.split("width=\"").nth(1)?.split('"').next()?.parse::<f64>().ok();
        let widths: Vec<f64> =
            svg.lines().filter(|line| line.contains("class=\"peer\"")).filter_map(width).collect();
        assert!(widths.len() == 2 && widths[1] > 2.0 * widths[0], "{widths:?}");
        assert!(svg.contains("y&lt;") && !svg.contains("y<<"));
    }

    #[test]
    fn figures_are_short_and_scales_hold_them() {
        let figures = [0.75, 3.08, 31.27, 621.2, 5_045.0].map(short);
        assert_eq!(figures, ["0.75", "3.08", "31.3", "621", "5.04 k"]);
        assert_eq!(decades([3.0, 42.0].into_iter()), (0.0, 2.0));
        assert_eq!(decades([10.0, 20.0].into_iter()), (1.0, 2.0));
    }
}
