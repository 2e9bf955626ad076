# shellcheck shell=sh
# shellcheck disable=SC2154 # lib.sh sets the folders
# Sourced by install.sh: how the box is found, and how its songs are shared.

# The box keeps its own name; moodbox.local is one more, announced by a unit of Moodbox's.
name_in_network() {
    if systemctl -q is-enabled moodbox-name.service 2>/dev/null; then
        as_it_was "the name moodbox.local"
    else
        systemctl daemon-reload
        systemctl -q enable moodbox-name.service
        in_image || systemctl start moodbox-name.service
        done_now "the name moodbox.local"
    fi
}

share_songs() {
    ours=/etc/samba/moodbox.conf
    line="include = $ours"
    cat >"$ours.new" <<SHARE
[moodbox]
   comment = Songs: one folder for each mood
   path = $songs
   valid users = @moodbox
   force group = moodbox
   read only = no
   create mask = 0664
   directory mask = 2775
SHARE
    if cmp -s "$ours.new" "$ours" && grep -qxF "$line" /etc/samba/smb.conf; then
        rm "$ours.new"
        as_it_was "the songs' share"
        return
    fi
    mv "$ours.new" "$ours"
    grep -qxF "$line" /etc/samba/smb.conf || printf '%s\n' "$line" >>/etc/samba/smb.conf
    systemctl -q enable smbd.service
    in_image || systemctl reload-or-restart smbd.service
    done_now "the songs' share; set a password for it: sudo smbpasswd -a ${owner:-pi}"
}
