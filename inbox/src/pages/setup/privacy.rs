//! The second screen: what the notice states.

use super::{Opening, Question, Screen};
use crate::state::setup::ask::{AUTHORITIES, Ask};
use leptos::prelude::*;

/// Supervisory authorities for private bodies in Germany, Austria and Liechtenstein; any other can be typed.
const NAMES: [&str; 18] = [
    "Landesbeauftragter für den Datenschutz und die Informationsfreiheit Baden-Württemberg",
    "Bayerisches Landesamt für Datenschutzaufsicht",
    "Berliner Beauftragte für Datenschutz und Informationsfreiheit",
    "Landesbeauftragte für den Datenschutz und für das Recht auf Akteneinsicht Brandenburg",
    "Landesbeauftragter für Datenschutz und Informationsfreiheit der Freien Hansestadt Bremen",
    "Hamburgischer Beauftragter für Datenschutz und Informationsfreiheit",
    "Hessischer Beauftragter für Datenschutz und Informationsfreiheit",
    "Landesbeauftragter für Datenschutz und Informationsfreiheit Mecklenburg-Vorpommern",
    "Landesbeauftragter für den Datenschutz Niedersachsen",
    "Landesbeauftragte für Datenschutz und Informationsfreiheit Nordrhein-Westfalen",
    "Landesbeauftragter für den Datenschutz und die Informationsfreiheit Rheinland-Pfalz",
    "Unabhängiges Datenschutzzentrum Saarland",
    "Sächsische Datenschutz- und Transparenzbeauftragte",
    "Landesbeauftragte für den Datenschutz Sachsen-Anhalt",
    "Unabhängiges Landeszentrum für Datenschutz Schleswig-Holstein",
    "Thüringer Landesbeauftragter für den Datenschutz und die Informationsfreiheit",
    "Österreichische Datenschutzbehörde",
    "Datenschutzstelle Fürstentum Liechtenstein",
];

/// The screen.
#[component]
pub(super) fn Privacy() -> impl IntoView {
    view! {
        <Opening title=|t| &t.step_privacy lead=|t| &t.step_privacy_lead />
        <Screen>
            <div class="pair"><Question ask=Ask::TeamDe /><Question ask=Ask::TeamEn /></div>
            <Question ask=Ask::Days />
            <Question ask=Ask::Authority />
            <datalist id=AUTHORITIES>{NAMES.map(|name| view! { <option value=name></option> }).collect_view()}</datalist>
            <Question ask=Ask::Dpo />
            <Question ask=Ask::PrivacyUrl />
            <Question ask=Ask::ImprintUrl />
        </Screen>
    }
}
