/**
 * Which of the two books a page is opened on. Practice is another page address, so that a tab which the phone closed and opens again is in the same book;
 * its database, its ledger and its server are others, and no screen of one can reach the other's notebook.
 */
export { isPracticeAt, practiceAddress, realAddress };

const MARK = "practice";

/** @param search of the page's address: `?practice` */
function isPracticeAt(search: string): boolean {
  return new URLSearchParams(search).has(MARK);
}

/** To another document: whatever the first one held in memory is gone. */
function practiceAddress(): string {
  return `/record/?${MARK}#/practice`;
}

function realAddress(): string {
  return "/record/#/";
}
