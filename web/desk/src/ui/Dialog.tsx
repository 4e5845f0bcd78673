import type { ReactNode } from 'react'
import { Dialog as AriaDialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { useLanguage } from '../i18n/LanguageProvider'
import { IconButton } from './Button'

/** A window over the page that holds the focus until it is closed. */
export function Dialog(props: { title: string; onClose: () => void; children: ReactNode }) {
  const { t } = useLanguage()
  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={(open) => { if (!open) props.onClose() }}>
      <Modal className="modal">
        <AriaDialog className="dialog">
          <div className="dialog-head">
            <Heading slot="title">{props.title}</Heading>
            <IconButton icon="close" label={t('app.close')} onClick={props.onClose} />
          </div>
          {props.children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
