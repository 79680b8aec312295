// A browser follows a link without the token: in a foreign page the file is fetched instead.

/**
 * @param {Event} event the press on the link
 * @param {import("./api.js").Api} api
 * @throws {import("./api.js").Refused}
 */
export async function download(event, api) {
  event.preventDefault();
  const { pathname } = new URL(event.target.href);
  const response = await api.fetch("GET", pathname);
  const file = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = file;
  link.download = "penny.zip";
  link.click();
  setTimeout(() => URL.revokeObjectURL(file), 60_000);
}
