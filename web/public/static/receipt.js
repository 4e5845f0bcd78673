// Copying and printing the receipt.

const copy = document.getElementById('receipt-copy');
const print = document.getElementById('receipt-print');
const status = document.getElementById('receipt-status');

copy.hidden = !navigator.clipboard;
print.hidden = false;
copy.addEventListener('click', async () => {
  try {
    await navigator.clipboard.writeText(document.getElementById('receipt').textContent.trim());
    status.textContent = copy.dataset.copied;
  } catch {
    status.textContent = copy.dataset.failed;
  }
});
print.addEventListener('click', () => window.print());
