// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

import type { ErrpactError } from "@errpact/errors";

const english = {
  folders: "Folders",
  limit: "How many",
  offset: "Skip",
  show: "Show",
  noFolders: "No folders yet. Upload the first.",
  media: (count: number): string => (count === 1 ? "1 file" : `${count} files`),
  upload: "Upload",
  files: "Media",
  fault: "Container",
  faults: {
    "": "as it should be",
    nothing: "none at all",
    payload: "without payload.json",
    media: "without media",
    damage: "damaged",
    signature: "wrong signature",
    hash: "wrong hash",
    session: "wrong session token",
  },
  uploaded: "Uploaded.",
  choose: "Choose a folder to see its media and to have them analysed.",
  created: "Created",
  file: "File",
  bytes: "Bytes",
  payload: "Payload",
  analyses: "Analyses",
  noAnalyses: "None yet.",
  type: "Type",
  analyse: "Analyse",
  remove: "Delete folder",
  signIn: "Sign in",
  signOut: "Sign out",
  signedInAs: "Signed in as",
  token: "Access token",
  tokens: "The demo's tokens",
  again: "Try again",
  againIn: (seconds: number): string => `Try again in ${seconds} s`,
  requestId: "Request id",
  copy: "Copy",
  copied: "Copied",
  explain: "What to do",
  offline: "The server did not answer.",
  broken: "This page has a bug. The console has more.",
  check: "Check the marked fields.",
  catalogue: "All errors",
};

/** What the page says, in the language that the browser asks for. */
export type Texts = typeof english;

const german: Texts = {
  folders: "Ordner",
  limit: "Anzahl",
  offset: "Überspringen",
  show: "Anzeigen",
  noFolders: "Noch keine Ordner. Laden Sie den ersten hoch.",
  media: (count) => (count === 1 ? "1 Datei" : `${count} Dateien`),
  upload: "Hochladen",
  files: "Medien",
  fault: "Container",
  faults: {
    "": "wie er sein soll",
    nothing: "gar keiner",
    payload: "ohne payload.json",
    media: "ohne Medien",
    damage: "beschädigt",
    signature: "falsche Signatur",
    hash: "falsche Prüfsumme",
    session: "falsches Sitzungstoken",
  },
  uploaded: "Hochgeladen.",
  choose: "Wählen Sie einen Ordner, um seine Medien zu sehen und analysieren zu lassen.",
  created: "Angelegt",
  file: "Datei",
  bytes: "Bytes",
  payload: "Nutzdaten",
  analyses: "Analysen",
  noAnalyses: "Noch keine.",
  type: "Art",
  analyse: "Analysieren",
  remove: "Ordner löschen",
  signIn: "Anmelden",
  signOut: "Abmelden",
  signedInAs: "Angemeldet als",
  token: "Zugangstoken",
  tokens: "Token der Demo",
  again: "Noch einmal",
  againIn: (seconds) => `Noch einmal in ${seconds} s`,
  requestId: "Anfrage-ID",
  copy: "Kopieren",
  copied: "Kopiert",
  explain: "Was zu tun ist",
  offline: "Der Server hat nicht geantwortet.",
  broken: "Diese Seite hat einen Fehler. Mehr steht in der Konsole.",
  check: "Prüfen Sie die markierten Felder.",
  catalogue: "Alle Fehler",
};

/** The built-in catalogue in German, by number and reason: for servers that send no message in the caller's language. */
const germanErrors: Readonly<Record<string, string>> = {
  "0": "Auf dem Server ist ein unbekannter Fehler aufgetreten",
  "2": "Diese Methode gibt es noch nicht",
  "3": "Die Anfrage ist unvollständig oder falsch aufgebaut",
  "3/MISSING_PAYLOAD": "Der Container hat keine payload.json",
  "4": "Ein Wert ist ungültig",
  "4/NO_MEDIA": "Ohne Medien gibt es nichts zu analysieren",
  "5": "Ein Wert hat den falschen Typ",
  "5/CONTAINER_DAMAGED": "Der Container ist beschädigt",
  "6": "Es fehlt ein Zugangstoken",
  "7": "Das Zugangstoken ist ungültig",
  "8": "Das Zugangstoken ist abgelaufen",
  "9": "Der Zugriff ist nicht erlaubt",
  "10": "Das Gesuchte gibt es nicht",
  "11": "Ein anderer Dienst ist ausgefallen",
  "11/UNREACHABLE": "Ein anderer Dienst ist nicht erreichbar",
  "11/TIMED_OUT": "Ein anderer Dienst hat nicht rechtzeitig geantwortet",
  "12": "Die Datenbank ist ausgefallen",
  "12/TEMPORARILY_UNAVAILABLE": "Die Datenbank ist vorübergehend nicht erreichbar",
  "13": "Es fehlt ein Container",
  "14": "Der Container lässt sich nicht entpacken",
  "14/INVALID_SIGNATURE": "Die Signatur des Containers ist falsch",
  "14/INVALID_HASH": "Eine Prüfsumme im Container ist falsch",
  "14/INVALID_SESSION_TOKEN": "Das Sitzungstoken im Container ist ungültig oder fehlt",
};

const isGerman = /^de\b/.test(navigator.languages.find((tag) => /^(?:de|en)\b/.test(tag)) ?? "");

export const texts: Texts = isGerman ? german : english;
export const language: string = isGerman ? "de" : "en";

/** Returns an error's message: the server's in the caller's language, else the page's own, else the server's in English. */
export function messageOf(e: ErrpactError): string {
  if (!e.answered) return texts.offline;
  const { catalogue, number, reason } = e;
  const known = isGerman && catalogue === "errpact.v1.ErrorCode";
  const own = known ? (germanErrors[`${number}/${reason}`] ?? germanErrors[number]) : undefined;
  return e.localizedMessage ?? own ?? e.message;
}
