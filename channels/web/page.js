// Makes the page installable: a worker keeps its shell, never anything of a person.

navigator.serviceWorker?.register("/sw.js").catch(() => {}); // plain http elsewhere: no worker, no harm
