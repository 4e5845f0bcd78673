import assert from 'node:assert/strict'

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('../harness/portal.js').Account} Account */

const password = 'mat-khau-thu-2026'

/** Two officers of one district, one of its neighbour, their supervisor, and who looks after accounts. */
export const staff = {
  /** @type {Account} */ an: { username: 'an.nguyen', name: 'Nguyễn Thị An', role: 'officer', unit: '883', password },
  /** @type {Account} */ binh: { username: 'binh.tran', name: 'Trần Văn Bình', role: 'officer', unit: '883', password },
  /** @type {Account} */ chau: { username: 'chau.le', name: 'Lê Minh Châu', role: 'officer', unit: '884', password },
  /** @type {Account} */ dung: { username: 'dung.pham', name: 'Phạm Quốc Dũng', role: 'supervisor', unit: '89', password },
  /** @type {Account} */ em: { username: 'em.vo', name: 'Võ Hồng Em', role: 'admin', unit: '89', password },
}

/** The texts of the desk that journeys look for. */
export const words = {
  username: 'Tên đăng nhập',
  password: 'Mật khẩu',
  login: 'Đăng nhập',
  badLogin: 'Tên đăng nhập hoặc mật khẩu không đúng.',
  ended: /Phiên làm việc đã kết thúc/,
  empty: 'Không còn vụ nào đang mở.',
  notFound: 'Không xem được vụ này',
  mine: 'Của tôi',
  unanswered: 'Người dân vừa nhắn',
  new: 'Mới',
  claim: 'Nhận vụ',
  release: 'Trả lại',
  reply: 'Trả lời',
  note: 'Ghi chú',
  transfer: 'Chuyển đơn vị',
  resolve: 'Kết thúc vụ',
  kept: /Nội dung bạn viết vẫn còn nguyên/,
  text: {
    reply: 'Lời nhắn gửi người dân',
    note: 'Nội dung ghi chú',
    resolve: 'Thông báo kết quả cho người dân',
  },
  send: { reply: 'Gửi cho người dân', note: 'Lưu ghi chú', resolve: 'Kết thúc và báo người dân' },
  outcome: 'Kết quả',
}

/** The desk as an officer or supervisor uses it. */
export class Desk {
  /**
   * @param {Page} page
   * @param {string} url
   */
  constructor(page, url) {
    this.page = page
    this.url = url
    this.list = page.getByRole('list', { name: 'Danh sách vụ việc' })
    this.case = page.locator('section.case')
  }

  /**
   * Opens a page of the desk, logging in where it asks.
   * @param {Account} account
   * @param {string} [path]
   */
  async open(account, path = '/') {
    await this.page.goto(this.url + path)
    await this.logIn(account.username, account.password)
    await this.page.getByText(account.name).first().waitFor({ state: 'attached' })
  }

  /**
   * @param {string} username
   * @param {string} secret
   */
  async logIn(username, secret) {
    await this.page.getByLabel(words.username).fill(username)
    await this.page.getByLabel(words.password).fill(secret)
    await this.page.getByRole('button', { name: words.login }).click()
  }

  /** Waits until the desk hears of changes as they happen. */
  async live() {
    await this.page.locator('.connection.live').waitFor({ state: 'attached' })
  }

  /** @param {string} caseNumber */
  row(caseNumber) {
    return this.page.locator(`a[data-case="${caseNumber}"]`)
  }

  /** Opens a case from the queue. */
  async openCase(/** @type {string} */ caseNumber) {
    await this.row(caseNumber).click()
    await this.case.getByText(caseNumber).first().waitFor()
  }

  /**
   * A button of the case that is open.
   * @param {'claim' | 'release' | 'reply' | 'note' | 'transfer' | 'resolve'} command
   */
  command(command) {
    return this.case.getByRole('group', { name: 'Thao tác' }).getByRole('button', { name: words[command], exact: true })
  }

  async claim() {
    await this.command('claim').click()
    await this.command('reply').waitFor()
  }

  /**
   * Opens the composer of a command and types.
   * @param {'reply' | 'note' | 'resolve'} command
   * @param {string} text
   */
  async compose(command, text) {
    await this.command(command).click()
    await this.case.getByLabel(words.text[command]).fill(text)
  }

  /**
   * Sends what was composed and waits until it is part of the case.
   * @param {'reply' | 'note' | 'resolve'} command
   * @param {string} text
   */
  async send(command, text) {
    await this.case.getByRole('button', { name: words.send[command] }).click()
    await this.happened(text)
  }

  /** Waits for a text in the timeline of the case. */
  async happened(/** @type {string} */ text) {
    await this.case.locator('.timeline').getByText(text).first().waitFor()
  }

  /**
   * Marks the page, to show later that it is still the same one.
   */
  async mark() {
    await this.page.evaluate(() => { Object.assign(window, { journeyMark: true }) })
  }

  /** The page was not loaded again since it was marked. */
  async assertNotReloaded() {
    assert.ok(await this.page.evaluate(() => 'journeyMark' in window), 'the page was not loaded again')
  }
}
